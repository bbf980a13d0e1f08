/** Archives, replays, API destinations and schemas, with the clients of the SDK. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CreateApiDestinationCommand,
  CreateArchiveCommand,
  CreateConnectionCommand,
  CreateEventBusCommand,
  DescribeArchiveCommand,
  DescribeConnectionCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  StartReplayCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateDiscovererCommand,
  DescribeSchemaCommand,
  ExportSchemaCommand,
  NotFoundException,
  SchemasClient,
} from "@aws-sdk/client-schemas";
import { afterAll, expect, test } from "vitest";
import { ACCOUNT, startEngine } from "./engine.ts";

const engine = await startEngine();
const events = new EventBridgeClient(engine.config);
const schemas = new SchemasClient(engine.config);

interface Received {
  readonly request: IncomingMessage;
  readonly body: string;
}

const received: Received[] = [];
let arrived = (): void => undefined;
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    received.push({ request, body: Buffer.concat(chunks).toString() });
    response.end();
    arrived();
  });
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** Resolves once the endpoint has got that many requests. */
async function requests(count: number): Promise<readonly Received[]> {
  while (received.length < count) {
    await new Promise<void>((resolve) => {
      arrived = resolve;
    });
  }
  return received;
}

test("an event reaches an endpoint, is archived, replayed, and its schema discovered", async () => {
  const { EventBusArn } = await events.send(new CreateEventBusCommand({ Name: "shop" }));
  const { ArchiveArn } = await events.send(
    new CreateArchiveCommand({ ArchiveName: "all", EventSourceArn: EventBusArn }),
  );
  await schemas.send(new CreateDiscovererCommand({ SourceArn: EventBusArn }));
  const { ConnectionArn } = await events.send(
    new CreateConnectionCommand({
      Name: "key",
      AuthorizationType: "API_KEY",
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "hidden" } },
    }),
  );
  const described = await events.send(new DescribeConnectionCommand({ Name: "key" }));
  expect(described.AuthParameters).toEqual({ ApiKeyAuthParameters: { ApiKeyName: "x-key" } });
  const { ApiDestinationArn } = await events.send(
    new CreateApiDestinationCommand({
      Name: "endpoint",
      ConnectionArn,
      InvocationEndpoint: `http://127.0.0.1:${port}/orders/*`,
      HttpMethod: "POST",
    }),
  );
  const EventBusName = "shop";
  await events.send(
    new PutRuleCommand({ Name: "out", EventBusName, EventPattern: '{"source":["app"]}' }),
  );
  const target = {
    Id: "1",
    Arn: ApiDestinationArn,
    RoleArn: `arn:aws:iam::${ACCOUNT}:role/out`,
    InputPath: "$.detail",
    HttpParameters: { PathParameterValues: ["$.detail.id"] },
  };
  await events.send(new PutTargetsCommand({ Rule: "out", EventBusName, Targets: [target] }));
  const Time = new Date("2026-01-01T00:00:00Z");
  const entry = { Source: "app", DetailType: "order placed", Detail: '{"id":7}', Time };
  await events.send(new PutEventsCommand({ Entries: [{ ...entry, EventBusName }] }));
  const [first] = await requests(1);
  expect([first?.request.url, first?.request.headers["x-key"], first?.body]).toEqual([
    "/orders/7",
    "hidden",
    '{"id":7}',
  ]);
  const archive = await events.send(new DescribeArchiveCommand({ ArchiveName: "all" }));
  expect(archive.EventCount).toBe(1);
  await events.send(
    new StartReplayCommand({
      ReplayName: "again",
      EventSourceArn: ArchiveArn,
      EventStartTime: new Date(Time.getTime() - 1_000),
      EventEndTime: new Date(Time.getTime() + 1_000),
      Destination: { Arn: EventBusArn },
    }),
  );
  expect(await requests(2)).toHaveLength(2);
  const replay = await events.send(new DescribeReplayCommand({ ReplayName: "again" }));
  expect([replay.State, replay.EventLastReplayedTime]).toEqual(["COMPLETED", Time]);
  const schema = { RegistryName: "discovered-schemas", SchemaName: "app@OrderPlaced" };
  const { Type, SchemaVersion } = await schemas.send(new DescribeSchemaCommand(schema));
  expect([Type, SchemaVersion]).toEqual(["OpenApi3", "1"]);
  const { Content } = await schemas.send(
    new ExportSchemaCommand({ ...schema, Type: "JSONSchemaDraft4" }),
  );
  expect(JSON.parse(Content ?? "")).toMatchObject({ type: "object", title: "OrderPlaced" });
  const unknown = new DescribeSchemaCommand({ ...schema, SchemaName: "unknown" });
  await expect(schemas.send(unknown)).rejects.toBeInstanceOf(NotFoundException);
});
