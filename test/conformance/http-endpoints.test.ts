/** HTTP endpoints and HTTP APIs behind workflows and pipes, with the clients of the SDK. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { ApiGatewayV2Client, CreateApiCommand } from "@aws-sdk/client-apigatewayv2";
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  EventBridgeClient,
} from "@aws-sdk/client-eventbridge";
import {
  CreateFunctionCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import { CreatePipeCommand, PipesClient } from "@aws-sdk/client-pipes";
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, expect, test } from "vitest";
import { ACCOUNT, REGION, startEngine, zipOf } from "./engine.ts";
import { ROLE, statesClients } from "./states-clients.ts";

const engine = await startEngine();
const events = new EventBridgeClient(engine.config);
const states = statesClients(engine);

/** Tells what it got, compressed for those who ask for that; 418 under `/teapot`. */
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { method, url, headers } = request;
    const body = Buffer.concat(chunks).toString();
    const answer = JSON.stringify({ method, url, key: headers["x-key"], body });
    const isCompressed = headers["accept-encoding"]?.includes("gzip") === true;
    response.writeHead(url === "/teapot" ? 418 : 200, {
      "content-type": "application/json",
      ...(isCompressed && { "content-encoding": "gzip" }),
    });
    response.end(isCompressed ? gzipSync(answer) : answer);
  });
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as AddressInfo;
afterAll(() => new Promise((resolve) => server.close(resolve)));

const { ConnectionArn } = await events.send(
  new CreateConnectionCommand({
    Name: "key",
    AuthorizationType: "API_KEY",
    AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "hidden" } },
  }),
);

const machineOf = (resource: string, parameters: object): object => ({
  StartAt: "Call",
  States: {
    Call: {
      Type: "Task",
      Resource: `arn:aws:states:::${resource}`,
      Parameters: parameters,
      End: true,
    },
  },
});

test("a workflow calls an endpoint through a connection", async () => {
  const invoke = machineOf("http:invoke", {
    "ApiEndpoint.$": `States.Format('http://127.0.0.1:${port}/{}', $.path)`,
    Method: "POST",
    InvocationConfig: { ConnectionArn },
    RequestBody: { a: [1, 2] },
    Transform: {
      RequestBodyEncoding: "URL_ENCODED",
      RequestEncodingOptions: { ArrayFormat: "BRACKETS" },
    },
  });
  const arn = await states.machine("http", invoke);
  const ending = await states.ended(await states.start(arn, { path: "forms" }));
  expect(JSON.parse(ending.output ?? "null")).toMatchObject({
    ResponseBody: { method: "POST", url: "/forms", key: "hidden", body: "a%5B%5D=1&a%5B%5D=2" },
    StatusCode: 200,
    StatusText: "OK",
  });
  const failed = await states.ended(await states.start(arn, { path: "teapot" }));
  expect(failed).toMatchObject({ status: "FAILED", error: "States.Http.StatusCode.418" });
});

test("a workflow calls an HTTP API; a pipe is enriched by an API destination", async () => {
  const lambda = new LambdaClient(engine.config);
  const ZipFile = await zipOf(
    "index.js",
    `exports.handler = async (event) => ({ statusCode: 200,
      body: event.rawPath + " " + event.body });`,
  );
  const { FunctionArn: Target } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: "api",
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Role: ROLE,
      Code: { ZipFile },
    }),
  );
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 20 }, { FunctionName: "api" });
  const { ApiId } = await new ApiGatewayV2Client(engine.config).send(
    new CreateApiCommand({ Name: "api", ProtocolType: "HTTP", Target }),
  );
  const ApiEndpoint = `${ApiId}.execute-api.${REGION}.amazonaws.com`;
  const call = { ApiEndpoint, Method: "POST", Path: "/x", RequestBody: { n: 1 } };
  const ending = await states.ended(
    await states.start(await states.machine("api", machineOf("apigateway:invoke", call))),
  );
  expect(JSON.parse(ending.output ?? "null").ResponseBody).toBe('/x {"n":1}');

  const sqs = new SQSClient(engine.config);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "source" }));
  const out = await sqs.send(new CreateQueueCommand({ QueueName: "target" }));
  const { ApiDestinationArn } = await events.send(
    new CreateApiDestinationCommand({
      Name: "enrich",
      ConnectionArn,
      InvocationEndpoint: `http://127.0.0.1:${port}/enrich/*`,
      HttpMethod: "PUT",
    }),
  );
  const pipe = { Source: `arn:aws:sqs:${REGION}:${ACCOUNT}:source`, RoleArn: ROLE };
  await new PipesClient(engine.config).send(
    new CreatePipeCommand({
      ...pipe,
      Name: "enriched",
      Enrichment: ApiDestinationArn,
      EnrichmentParameters: {
        InputTemplate: "<$.body>",
        HttpParameters: { PathParameterValues: ["$.body.id"] },
      },
      Target: `arn:aws:sqs:${REGION}:${ACCOUNT}:target`,
    }),
  );
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"id":"a b"}' }));
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: out.QueueUrl, WaitTimeSeconds: 20 }),
  );
  expect(Messages.map(({ Body = "" }) => JSON.parse(Body))).toEqual([
    { method: "PUT", url: "/enrich/a%20b", key: "hidden", body: '[{"id":"a b"}]' },
  ]);
});
