import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { Attributes } from "../../../languages/dynamodb/attribute-value.ts";
import { createDynamoDbFixture, type DynamoDbFixture } from "../../../testing/dynamodb-fixture.ts";

let db: DynamoDbFixture;

beforeEach(() => {
  db = createDynamoDbFixture();
});

const S = (text: string) => ({ S: text });
const TableName = "things";
const HOME = "us-east-1";
const AWAY = "eu-west-1";
const THIRD = "ap-southeast-2";

const create = () =>
  db.table(TableName, "id", {
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
  });

const replicate = (action: "Create" | "Delete", RegionName: string, region = HOME) =>
  db.call("UpdateTable", { TableName, ReplicaUpdates: [{ [action]: { RegionName } }] }, { region });

const put = (region: string, Item: Attributes) =>
  db.call("PutItem", { TableName, Item }, { region });

async function contents(region: string): Promise<readonly string[]> {
  const { Items = [] } = await db.call("Scan", { TableName }, { region });
  return Items.map(({ id, v }) => `${id?.S}=${v?.S}`).sort();
}

const describeIn = async (region: string) =>
  (await db.call("DescribeTable", { TableName }, { region })).Table;

describe("replicas", () => {
  test("create: the items that are there, and every write from then on, both ways", async () => {
    await create();
    await put(HOME, { id: S("a"), v: S("1") });
    const { TableDescription } = await replicate("Create", AWAY);
    expect(TableDescription).toMatchObject({
      GlobalTableVersion: "2019.11.21",
      Replicas: [{ RegionName: AWAY, ReplicaStatus: "CREATING" }],
    });
    await db.clock.advance(0);
    expect((await describeIn(HOME))?.Replicas).toEqual([
      { RegionName: AWAY, ReplicaStatus: "ACTIVE" },
    ]);
    expect(await describeIn(AWAY)).toMatchObject({
      TableStatus: "ACTIVE",
      TableArn: `arn:aws:dynamodb:${AWAY}:000000000000:table/things`,
      Replicas: [{ RegionName: HOME, ReplicaStatus: "ACTIVE" }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    });
    expect(await contents(AWAY)).toEqual(["a=1"]);
    await put(AWAY, { id: S("b"), v: S("1") });
    await put(HOME, { id: S("a"), v: S("2") });
    await db.call("DeleteItem", { TableName, Key: { id: S("a") } }, { region: AWAY });
    await db.clock.advance(0);
    expect([await contents(HOME), await contents(AWAY)]).toEqual([["b=1"], ["b=1"]]);
  });

  test("writes of both at once: the last one wins everywhere", async () => {
    db = createDynamoDbFixture({ hasTimers: false });
    await create();
    await replicate("Create", AWAY);
    db.startTimers();
    await db.clock.advance(0);
    await Promise.all([put(HOME, { id: S("a"), v: S("1") }), put(AWAY, { id: S("a"), v: S("2") })]);
    await db.clock.advance(0);
    expect(await contents(HOME)).toEqual(await contents(AWAY));
    expect(await contents(HOME)).toEqual(["a=2"]);
  });

  test("indexes and time to live follow", async () => {
    await create();
    await replicate("Create", AWAY);
    await db.clock.advance(0);
    await db.call("UpdateTable", {
      TableName,
      AttributeDefinitions: [{ AttributeName: "v", AttributeType: "S" }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: "by-v",
            KeySchema: [{ AttributeName: "v", KeyType: "HASH" }],
            Projection: { ProjectionType: "ALL" },
          },
        },
      ],
    });
    await db.call("UpdateTimeToLive", {
      TableName,
      TimeToLiveSpecification: { Enabled: true, AttributeName: "ttl" },
    });
    const ttl = { N: String(db.clock.nowMs() / 1000 + 60) };
    await put(HOME, { id: S("a"), v: S("1"), ttl });
    await db.clock.advance(0);
    const { Count } = await db.call(
      "Query",
      {
        TableName,
        IndexName: "by-v",
        KeyConditionExpression: "v = :v",
        ExpressionAttributeValues: { ":v": S("1") },
      },
      { region: AWAY },
    );
    expect(Count).toBe(1);
    await db.clock.advance(60_000);
    expect([await contents(HOME), await contents(AWAY)]).toEqual([[], []]);
  });

  test("streams of replicas tell of writes that arrive", async () => {
    await create();
    await replicate("Create", AWAY);
    await db.clock.advance(0);
    await put(HOME, { id: S("a"), v: S("1") });
    await db.clock.advance(0);
    const StreamArn = (await describeIn(AWAY))?.LatestStreamArn ?? "";
    const { StreamDescription } = await db.streams(
      "DescribeStream",
      { StreamArn },
      { region: AWAY },
    );
    let count = 0;
    for (const { ShardId = "" } of StreamDescription?.Shards ?? []) {
      const at = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" };
      const { ShardIterator = "" } = await db.streams("GetShardIterator", at, { region: AWAY });
      const page = await db.streams("GetRecords", { ShardIterator }, { region: AWAY });
      count += page.Records?.length ?? 0;
    }
    expect(count).toBe(1);
  });

  test("delete: the replica goes, the others stay, and nothing is left of it", async () => {
    await create();
    await replicate("Create", AWAY);
    await db.clock.advance(0);
    await replicate("Create", THIRD);
    await db.clock.advance(0);
    await put(THIRD, { id: S("a"), v: S("1") });
    await replicate("Delete", AWAY);
    await db.clock.advance(0);
    expect(await contents(HOME)).toEqual(["a=1"]);
    expect((await describeIn(THIRD))?.Replicas?.map(({ RegionName }) => RegionName)).toEqual([
      HOME,
    ]);
    await db.call("DeleteTable", { TableName }, { region: THIRD });
    await db.clock.advance(0);
    expect((await describeIn(HOME))?.Replicas).toBeUndefined();
    const rows = await db.store.read((tx) => [
      ...tx.range({ prefix: ["dynamodb", "version"] }),
      ...tx.range({ prefix: ["dynamodb", "replication"] }),
    ]);
    expect(rows).toEqual([]);
    await put(HOME, { id: S("b"), v: S("1") });
  });

  test("update: refuses what makes no replica", async () => {
    await db.table(TableName, "id");
    const refused = async (action: "Create" | "Delete", RegionName: string) =>
      await db.refused("UpdateTable", {
        TableName,
        ReplicaUpdates: [{ [action]: { RegionName } }],
      });
    expect(await refused("Create", AWAY)).toMatchObject({
      code: "ValidationException",
      message: expect.stringContaining("NEW_AND_OLD_IMAGES"),
    });
    expect(await refused("Create", HOME)).toMatchObject({
      message: expect.stringContaining("Cannot add, delete, or update the local region"),
    });
    expect(await refused("Delete", AWAY)).toMatchObject({ code: "ValidationException" });
    const overrides = { RegionName: AWAY, TableClassOverride: "STANDARD" };
    expect(
      await db.refused("UpdateTable", { TableName, ReplicaUpdates: [{ Create: overrides }] }),
    ).toMatchObject({ code: "NotImplemented" });
  });
});

test("law: replicas agree once everything has arrived, whatever was written where", async () => {
  const step = fc.record({
    region: fc.constantFrom(HOME, AWAY),
    id: fc.constantFrom("a", "b", "c"),
    v: fc.option(fc.constantFrom("before", "1", "2"), { nil: undefined, freq: 20 }),
    isSettled: fc.boolean(),
  });
  const scenario = fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
    db = createDynamoDbFixture();
    await create();
    await put(HOME, { id: S("a"), v: S("before") });
    await replicate("Create", AWAY);
    await db.clock.advance(0);
    const last = new Map<string, string | undefined>([["a", "before"]]);
    const writes: Promise<unknown>[] = [];
    for (const { region, id, v, isSettled } of steps) {
      writes.push(
        v === undefined
          ? db.call("DeleteItem", { TableName, Key: { id: S(id) } }, { region })
          : put(region, { id: S(id), v: S(v) }),
      );
      last.set(id, v);
      if (isSettled) {
        await Promise.all(writes);
        await db.clock.advance(0);
      }
    }
    await Promise.all(writes);
    await db.clock.advance(1);
    expect(await contents(AWAY)).toEqual(await contents(HOME));
    if (steps.every(({ v }) => v !== undefined)) {
      const wanted = [...last].map(([id, v]) => `${id}=${v}`).sort();
      expect(await contents(HOME)).toEqual(wanted);
    }
  });
  await fc.assert(scenario, { numRuns: 30 });
});
