import { beforeEach, describe, expect, test } from "vitest";
import type { Attributes } from "../../languages/dynamodb/attribute-value.ts";
import { createDynamoDbFixture, type DynamoDbFixture } from "../../testing/dynamodb-fixture.ts";

let db: DynamoDbFixture;

const hash = (AttributeName: string) => ({ AttributeName, KeyType: "HASH" });
const range = (AttributeName: string) => ({ AttributeName, KeyType: "RANGE" });
const byOwner = {
  IndexName: "byOwner",
  KeySchema: [hash("owner"), range("due")],
  Projection: { ProjectionType: "ALL" },
};

beforeEach(async () => {
  db = createDynamoDbFixture();
  await db.table("tasks", "pk sk", {
    AttributeDefinitions: [
      { AttributeName: "owner", AttributeType: "S" },
      { AttributeName: "due", AttributeType: "N" },
    ],
    GlobalSecondaryIndexes: [
      byOwner,
      {
        IndexName: "keys",
        KeySchema: [hash("owner")],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: "local",
        KeySchema: [hash("pk"), range("due")],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["title"] },
      },
    ],
  });
});

const task = (sk: string, more: Attributes = {}): Attributes => ({
  pk: { S: "p" },
  sk: { S: sk },
  ...more,
});
const of = (owner: string, due: number): Attributes => ({
  owner: { S: owner },
  due: { N: String(due) },
});

const query = (IndexName: string, key: string, value: string, more: object = {}) =>
  db.call("Query", {
    TableName: "tasks",
    IndexName,
    KeyConditionExpression: "#k = :v",
    ExpressionAttributeNames: { "#k": key },
    ExpressionAttributeValues: { ":v": { S: value } },
    ...more,
  });

const sks = (items: readonly Attributes[] | undefined) => (items ?? []).map(({ sk }) => sk?.S);

describe("indexes", () => {
  test("index: holds the items that have its keys, in their order", async () => {
    await db.put("tasks", task("1", of("ann", 30)), task("2", of("ann", 4)), task("3"));
    await db.put("tasks", task("4", { owner: { S: "ann" } }), task("5", of("bob", 1)));
    expect(sks((await query("byOwner", "owner", "ann")).Items)).toEqual(["2", "1"]);
    expect(sks((await query("keys", "owner", "ann")).Items).sort()).toEqual(["1", "2", "4"]);
    expect((await db.call("Scan", { TableName: "tasks", IndexName: "byOwner" })).Count).toBe(3);
  });

  test("index: follows changes of the item", async () => {
    await db.put("tasks", task("1", of("ann", 1)));
    const update = (UpdateExpression: string, value: Attributes) =>
      db.call("UpdateItem", {
        TableName: "tasks",
        Key: task("1"),
        UpdateExpression,
        ExpressionAttributeNames: { "#o": "owner" },
        ExpressionAttributeValues: value,
      });
    await update("SET #o = :o", { ":o": { S: "bob" } });
    expect((await query("byOwner", "owner", "ann")).Count).toBe(0);
    expect((await query("byOwner", "owner", "bob")).Items).toEqual([task("1", of("bob", 1))]);
    await db.call("DeleteItem", { TableName: "tasks", Key: task("1") });
    expect((await query("byOwner", "owner", "bob")).Count).toBe(0);
    const rows = await db.store.read(
      (tx) => [...tx.range({ prefix: ["dynamodb", "item"] })].length,
    );
    expect(rows).toBe(0);
  });

  test("index: keeps what its projection says", async () => {
    const item = task("1", { ...of("ann", 1), title: { S: "t" }, body: { S: "b" } });
    await db.put("tasks", item);
    expect((await query("byOwner", "owner", "ann")).Items).toEqual([item]);
    expect((await query("keys", "owner", "ann")).Items).toEqual([
      task("1", { owner: { S: "ann" } }),
    ]);
    expect((await query("local", "pk", "p")).Items).toEqual([
      task("1", { due: { N: "1" }, title: { S: "t" } }),
    ]);
  });

  test("local index: leads to the whole item when more is asked for, at a cost", async () => {
    const item = task("1", { ...of("ann", 1), title: { S: "t" }, body: { S: "b" } });
    await db.put("tasks", item);
    const all = await query("local", "pk", "p", {
      Select: "ALL_ATTRIBUTES",
      ConsistentRead: true,
      ReturnConsumedCapacity: "INDEXES",
    });
    expect(all.Items).toEqual([item]);
    expect(all.ConsumedCapacity).toEqual({
      TableName: "tasks",
      CapacityUnits: 2,
      Table: { CapacityUnits: 1 },
      LocalSecondaryIndexes: { local: { CapacityUnits: 1 } },
    });
    expect((await query("local", "pk", "p", { ProjectionExpression: "body" })).Items).toEqual([
      { body: { S: "b" } },
    ]);
  });

  test("index: pages over entries with equal keys lose and repeat none", async () => {
    for (let count = 0; count < 20; count += 1) {
      await db.put("tasks", task(String(count), of("ann", count % 2)));
    }
    for (const ScanIndexForward of [true, false]) {
      const found: (string | undefined)[] = [];
      let ExclusiveStartKey: Attributes | undefined;
      do {
        const page = await query("byOwner", "owner", "ann", {
          Limit: 3,
          ExclusiveStartKey,
          ScanIndexForward,
        });
        found.push(...sks(page.Items));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      expect(found).toHaveLength(20);
      expect(new Set(found).size).toBe(20);
    }
    const { LastEvaluatedKey } = await query("byOwner", "owner", "ann", { Limit: 1 });
    expect(Object.keys(LastEvaluatedKey ?? {}).sort()).toEqual(["due", "owner", "pk", "sk"]);
  });

  test("index: bounds of the sort key include every entry with an equal key", async () => {
    for (const [sk, due] of [
      ["1", 1],
      ["2", 1],
      ["3", 2],
      ["4", 2],
      ["5", 3],
    ] as const) {
      await db.put("tasks", task(sk, of("ann", due)));
    }
    const count = async (test: string) => {
      const output = await query("byOwner", "owner", "ann", {
        KeyConditionExpression: `#k = :v AND ${test}`,
        ExpressionAttributeValues: { ":v": { S: "ann" }, ":d": { N: "2" } },
      });
      return output.Count;
    };
    expect(await count("due = :d")).toBe(2);
    expect(await count("due < :d")).toBe(2);
    expect(await count("due <= :d")).toBe(4);
    expect(await count("due > :d")).toBe(1);
    expect(await count("due >= :d")).toBe(3);
    expect(await count("due BETWEEN :d AND :d")).toBe(2);
  });

  test("index: a write says what each index took", async () => {
    const { ConsumedCapacity, ItemCollectionMetrics } = await db.call("PutItem", {
      TableName: "tasks",
      Item: task("1", of("ann", 1)),
      ReturnConsumedCapacity: "INDEXES",
      ReturnItemCollectionMetrics: "SIZE",
    });
    expect(ConsumedCapacity).toEqual({
      TableName: "tasks",
      CapacityUnits: 4,
      Table: { CapacityUnits: 1 },
      LocalSecondaryIndexes: { local: { CapacityUnits: 1 } },
      GlobalSecondaryIndexes: { byOwner: { CapacityUnits: 1 }, keys: { CapacityUnits: 1 } },
    });
    expect(ItemCollectionMetrics).toEqual({
      ItemCollectionKey: { pk: { S: "p" } },
      SizeEstimateRangeGB: [0, 1],
    });
  });

  test("index: refuses items whose attributes can not be its keys", async () => {
    const put = (more: Attributes) =>
      db.refused("PutItem", { TableName: "tasks", Item: task("1", more) });
    expect(await put({ owner: { N: "1" } })).toMatchObject({
      message:
        "One or more parameter values were invalid: Type mismatch for Index Key owner Expected: S Actual: N IndexName: byOwner",
    });
    expect(await put({ owner: { S: "" } })).toMatchObject({
      message:
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byOwner, IndexKey: owner",
    });
  });

  test("index: refuses what global indexes can not do", async () => {
    await expect(query("byOwner", "owner", "a", { ConsistentRead: true })).rejects.toMatchObject({
      message: "Consistent reads are not supported on global secondary indexes",
    });
    await expect(query("keys", "owner", "a", { Select: "ALL_ATTRIBUTES" })).rejects.toMatchObject({
      message:
        "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index keys because its projection type is not ALL",
    });
  });
});

describe("indexes on tables with items", () => {
  const create = (Create: object) =>
    db.call("UpdateTable", {
      TableName: "plain",
      AttributeDefinitions: [
        { AttributeName: "owner", AttributeType: "S" },
        { AttributeName: "due", AttributeType: "N" },
      ],
      GlobalSecondaryIndexUpdates: [{ Create: Create as typeof byOwner }],
    });
  const count = async () =>
    (await db.call("Scan", { TableName: "plain", IndexName: "byOwner" })).Count;
  const described = async () => {
    const { Table } = await db.call("DescribeTable", { TableName: "plain" });
    return Table?.GlobalSecondaryIndexes?.[0];
  };

  beforeEach(async () => {
    db = createDynamoDbFixture({ hasTimers: false });
    await db.table("plain", "id");
  });

  test("create index: a few items are entered at once", async () => {
    await db.put("plain", { id: { S: "a" }, ...of("ann", 1) }, { id: { S: "b" } });
    const { TableDescription } = await create(byOwner);
    expect(TableDescription?.GlobalSecondaryIndexes?.[0]).toMatchObject({
      IndexStatus: "ACTIVE",
      ItemCount: 1,
      IndexArn: "arn:aws:dynamodb:us-east-1:000000000000:table/plain/index/byOwner",
    });
    expect(await count()).toBe(1);
  });

  test("create index: many items are entered in steps, writes in between included", async () => {
    const item = (count: number): Attributes => ({ id: { S: String(count) }, ...of("ann", count) });
    for (let count = 0; count < 450; count += 1) {
      await db.put("plain", item(count));
    }
    await create(byOwner);
    expect(await described()).toMatchObject({ IndexStatus: "CREATING", Backfilling: true });
    await expect(count()).rejects.toMatchObject({
      message: "Cannot read from backfilling global secondary index: byOwner",
    });
    await Promise.all(
      Array.from({ length: 450 }, (_, count) =>
        count % 3 === 0
          ? db.call("DeleteItem", { TableName: "plain", Key: { id: { S: String(count) } } })
          : db.put("plain", { ...item(count), changed: { BOOL: true } }),
      ),
    );
    db.startTimers();
    await db.clock.advance(1);
    expect(await described()).toMatchObject({ IndexStatus: "ACTIVE", ItemCount: 300 });
    expect(await count()).toBe(300);
  });

  test("delete index: its rows go, its name is free", async () => {
    await db.put("plain", { id: { S: "a" }, ...of("ann", 1) });
    await create(byOwner);
    await db.call("UpdateTable", {
      TableName: "plain",
      GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "byOwner" } }],
    });
    expect(await described()).toBeUndefined();
    db.startTimers();
    await db.clock.advance(1);
    const rows = await db.store.read(
      (tx) => [...tx.range({ prefix: ["dynamodb", "item"] })].length,
    );
    expect(rows).toBe(1);
    await create(byOwner);
    expect(await count()).toBe(1);
  });

  test("create index: refuses one that is there, and two at once", async () => {
    await create(byOwner);
    await expect(create(byOwner)).rejects.toMatchObject({
      message: "Attempting to create an index which already exists",
    });
    const both = {
      TableName: "plain",
      GlobalSecondaryIndexUpdates: [{ Create: byOwner }, { Delete: { IndexName: "byOwner" } }],
    };
    expect(await db.refused("UpdateTable", both)).toMatchObject({ code: "LimitExceededException" });
  });
});
