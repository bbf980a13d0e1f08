import { beforeEach, describe, expect, test } from "vitest";
import type { Dispatcher } from "../../outbox/dispatcher.ts";
import { createMemoryLog } from "../../platform/log.ts";
import { createSeededRandom } from "../../platform/random.ts";
import { createEventsFixture, type EventsFixture } from "../../testing/events-fixture.ts";
import { type ServiceCaller, serviceCaller } from "../../testing/service-harness.ts";
import { createSchemas } from "./service.ts";

const BUS = "arn:aws:events:us-east-1:000000000000:event-bus/default";
const ARN = "arn:aws:schemas:us-east-1:000000000000:";

let events: EventsFixture;
let call: ServiceCaller<"schemas">;

beforeEach(() => {
  events = createEventsFixture();
  const callByName: Dispatcher["callByName"] = (_caller, _service, operation, input) =>
    events.call(operation as "PutRule", input as Parameters<typeof events.call<"PutRule">>[1]);
  const schemas = createSchemas({
    store: events.store,
    clock: events.clock,
    random: createSeededRandom(1),
    log: createMemoryLog(),
    dispatcher: { callByName, call: callByName as Dispatcher["call"] },
  });
  events.sinks["schemas"] = schemas.sink;
  call = serviceCaller<"schemas">(schemas, events.clock);
});

async function refusal(refused: Promise<unknown>): Promise<string> {
  return refused.then(
    () => "accepted",
    (error: { code: string }) => error.code,
  );
}

const DOCUMENT = {
  openapi: "3.0.0",
  info: { version: "1", title: "Order" },
  paths: {},
  components: {
    schemas: {
      Order: { type: "object", properties: { item: { $ref: "#/components/schemas/Item" } } },
      Item: { type: "object", properties: { id: { type: "string" } } },
    },
  },
};
const CONTENT = JSON.stringify(DOCUMENT);

describe("registries", () => {
  test("are created, described, changed, listed and deleted", async () => {
    const made = await call("CreateRegistry", { RegistryName: "own", Tags: { a: "b" } });
    expect(made.RegistryArn).toBe(`${ARN}registry/own`);
    await call("UpdateRegistry", { RegistryName: "own", Description: "mine" });
    expect(await call("DescribeRegistry", { RegistryName: "own" })).toMatchObject({
      Description: "mine",
      Tags: { a: "b" },
    });
    const { Registries } = await call("ListRegistries", { RegistryNamePrefix: "o" });
    expect(Registries?.map(({ RegistryName }) => RegistryName)).toEqual(["own"]);
    expect(await refusal(call("CreateRegistry", { RegistryName: "own" }))).toBe(
      "ConflictException",
    );
    expect(await refusal(call("CreateRegistry", { RegistryName: "aws.x" }))).toBe(
      "BadRequestException",
    );
    const schema = { RegistryName: "own", SchemaName: "s", Type: "OpenApi3", Content: CONTENT };
    await call("CreateSchema", schema);
    expect(await refusal(call("DeleteRegistry", { RegistryName: "own" }))).toBe(
      "BadRequestException",
    );
    await call("DeleteSchema", schema);
    await call("DeleteRegistry", { RegistryName: "own" });
    expect(await refusal(call("DescribeRegistry", { RegistryName: "own" }))).toBe(
      "NotFoundException",
    );
  });

  test("keep their policy by revision", async () => {
    await call("CreateRegistry", { RegistryName: "own" });
    const RegistryName = "own";
    expect(await refusal(call("GetResourcePolicy", { RegistryName }))).toBe("NotFoundException");
    const { RevisionId } = await call("PutResourcePolicy", { RegistryName, Policy: "{}" });
    const again = { RegistryName, Policy: '{"a":1}', RevisionId: "old" };
    expect(await refusal(call("PutResourcePolicy", again))).toBe("PreconditionFailedException");
    await call("PutResourcePolicy", { ...again, RevisionId });
    expect((await call("GetResourcePolicy", { RegistryName })).Policy).toBe('{"a":1}');
    await call("DeleteResourcePolicy", { RegistryName });
    expect(await refusal(call("DeleteResourcePolicy", { RegistryName }))).toBe("NotFoundException");
  });
});

describe("schemas", () => {
  const named = { RegistryName: "own", SchemaName: "order" };

  beforeEach(async () => {
    await call("CreateRegistry", { RegistryName: "own" });
    await call("CreateSchema", { ...named, Type: "OpenApi3", Content: CONTENT });
  });

  test("have versions, of which the last one is described", async () => {
    const changed = JSON.stringify({ ...DOCUMENT, info: { version: "2", title: "Order" } });
    const update = { ...named, Content: changed, ClientTokenId: "t" };
    expect((await call("UpdateSchema", update)).SchemaVersion).toBe("2");
    expect((await call("UpdateSchema", update)).SchemaVersion).toBe("2");
    expect((await call("UpdateSchema", { ...named, Description: "d" })).SchemaVersion).toBe("2");
    expect((await call("DescribeSchema", named)).Content).toBe(changed);
    const first = await call("DescribeSchema", { ...named, SchemaVersion: "1" });
    expect([first.Content, first.Description]).toEqual([CONTENT, "d"]);
    const page = await call("ListSchemaVersions", { ...named, Limit: 1 });
    const rest = await call("ListSchemaVersions", { ...named, NextToken: page.NextToken });
    expect(
      [page, rest].map(({ SchemaVersions }) => SchemaVersions?.map((one) => one.SchemaVersion)),
    ).toEqual([["1"], ["2"]]);
    await call("DeleteSchemaVersion", { ...named, SchemaVersion: "2" });
    expect((await call("DescribeSchema", named)).SchemaVersion).toBe("1");
    expect((await call("UpdateSchema", { ...named, Content: changed })).SchemaVersion).toBe("3");
    const { Schemas } = await call("ListSchemas", { RegistryName: "own" });
    expect(Schemas?.map(({ VersionCount }) => VersionCount)).toEqual([2]);
  });

  test("are exported as JSON Schema, searched and tagged", async () => {
    const { Content = "" } = await call("ExportSchema", { ...named, Type: "JSONSchemaDraft4" });
    expect(JSON.parse(Content)).toEqual({
      $schema: "http://json-schema.org/draft-04/schema#",
      title: "Order",
      definitions: { Item: { type: "object", properties: { id: { type: "string" } } } },
      type: "object",
      properties: { item: { $ref: "#/definitions/Item" } },
    });
    const search = async (Keywords: string) =>
      (await call("SearchSchemas", { RegistryName: "own", Keywords })).Schemas?.length;
    expect([await search("ITEM order"), await search("nothing")]).toEqual([1, 0]);
    const ResourceArn = `${ARN}schema/own/order`;
    await call("TagResource", { ResourceArn, Tags: { a: "1", b: "2" } });
    await call("UntagResource", { ResourceArn, TagKeys: ["a"] });
    expect((await call("ListTagsForResource", { ResourceArn })).Tags).toEqual({ b: "2" });
  });

  test("that are not what they say are refused", async () => {
    const create = (change: object) =>
      refusal(
        call("CreateSchema", {
          RegistryName: "own",
          SchemaName: "x",
          Type: "OpenApi3",
          Content: CONTENT,
          ...change,
        }),
      );
    expect(await create({ SchemaName: "order" })).toBe("ConflictException");
    expect(await create({ RegistryName: "none" })).toBe("NotFoundException");
    expect(await create({ SchemaName: "a b" })).toBe("BadRequestException");
    expect(await create({ Content: "{" })).toBe("BadRequestException");
    expect(await create({ Content: '{"type":"object"}' })).toBe("BadRequestException");
    expect(await create({ Content: '{"type":"object"}', Type: "JSONSchemaDraft4" })).toBe(
      "accepted",
    );
    const version = { ...named, SchemaVersion: "7" };
    expect(await refusal(call("DescribeSchema", version))).toBe("NotFoundException");
    const exported = { RegistryName: "own", SchemaName: "x", Type: "OpenApi3" };
    expect(await refusal(call("ExportSchema", exported))).toBe("BadRequestException");
  });
});

describe("discoverers", () => {
  const schema = { RegistryName: "discovered-schemas", SchemaName: "app@Order" };

  test("infer a schema from events, and make a version when one does not fit", async () => {
    const { DiscovererId = "" } = await call("CreateDiscoverer", { SourceArn: BUS });
    expect(DiscovererId).toBe("events-event-bus-default");
    await events.put({ id: 1, at: "2026-01-01T00:00:00Z", lines: [{ sku: "a" }] });
    const first = JSON.parse((await call("DescribeSchema", schema)).Content ?? "");
    expect(first.components.schemas.AWSEvent).toMatchObject({
      "x-amazon-events-detail-type": "order",
      "x-amazon-events-source": "app",
      required: expect.arrayContaining(["detail", "detail-type", "id", "source"]),
      properties: {
        detail: { $ref: "#/components/schemas/Order" },
        time: { type: "string", format: "date-time" },
      },
    });
    expect(first.components.schemas).toMatchObject({
      Order: {
        type: "object",
        required: ["at", "id", "lines"],
        properties: {
          id: { type: "integer", format: "int64" },
          lines: { type: "array", items: { $ref: "#/components/schemas/LinesItem" } },
        },
      },
      LinesItem: { type: "object", properties: { sku: { type: "string" } } },
    });
    await events.put({ id: 2, at: "2026-02-01T00:00:00Z", lines: [] });
    expect((await call("DescribeSchema", schema)).SchemaVersion).toBe("1");
    await events.put({ id: 2.5, extra: true });
    const second = await call("DescribeSchema", schema);
    expect(second.SchemaVersion).toBe("2");
    expect(JSON.parse(second.Content ?? "").components.schemas.Order).toMatchObject({
      required: ["id"],
      properties: { id: { type: "number" }, extra: { type: "boolean" } },
    });
  });

  test("are stopped, started and deleted, with their rule", async () => {
    const made = await call("CreateDiscoverer", { SourceArn: BUS, Tags: { a: "b" } });
    const DiscovererId = made.DiscovererId ?? "";
    expect(await refusal(call("CreateDiscoverer", { SourceArn: BUS }))).toBe("ConflictException");
    await call("StopDiscoverer", { DiscovererId });
    await events.put({});
    expect(await refusal(call("DescribeSchema", schema))).toBe("NotFoundException");
    await call("StartDiscoverer", { DiscovererId });
    await events.put({});
    expect(await refusal(call("DescribeSchema", schema))).toBe("accepted");
    await call("UpdateDiscoverer", { DiscovererId, Description: "d", CrossAccount: false });
    const { Discoverers } = await call("ListDiscoverers", { SourceArnPrefix: BUS });
    expect(Discoverers).toEqual([
      {
        DiscovererId,
        DiscovererArn: `${ARN}discoverer/${DiscovererId}`,
        SourceArn: BUS,
        State: "STARTED",
        CrossAccount: false,
        Tags: { a: "b" },
      },
    ]);
    expect((await events.call("ListRules", {})).Rules).toHaveLength(1);
    await call("DeleteDiscoverer", { DiscovererId });
    expect((await events.call("ListRules", {})).Rules).toHaveLength(0);
    expect(await refusal(call("DescribeDiscoverer", { DiscovererId }))).toBe("NotFoundException");
    const gone = { SourceArn: `${BUS}x` };
    expect(await refusal(call("CreateDiscoverer", gone))).toBe("BadRequestException");
  });

  test("GetDiscoveredSchema: fits all the events it is given", async () => {
    const { Content = "" } = await call("GetDiscoveredSchema", {
      Type: "JSONSchemaDraft4",
      Events: ['{"a":1,"b":null}', '{"a":"x"}'],
    });
    expect(JSON.parse(Content)).toEqual({
      $schema: "http://json-schema.org/draft-04/schema#",
      title: "Event",
      definitions: {},
      type: "object",
      required: ["a"],
      properties: { a: {}, b: {} },
    });
    const broken = { Type: "OpenApi3", Events: ["{"] };
    expect(await refusal(call("GetDiscoveredSchema", broken))).toBe("BadRequestException");
  });
});
