/** Provisioned throughput, enforced: on the engine's clock, with bursts, and nothing half done. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Attributes } from "../../languages/dynamodb/attribute-value.ts";
import { createDynamoDbFixture, type DynamoDbFixture } from "../../testing/dynamodb-fixture.ts";

const TABLE_EXCEEDED =
  "The level of configured provisioned throughput for the table was exceeded. " +
  "Consider increasing your provisioning level with the UpdateTable API.";
const INDEX_EXCEEDED =
  "The level of configured provisioned throughput for one or more global secondary indexes " +
  "of the table was exceeded. Consider increasing your provisioning level for the " +
  "under-provisioned global secondary indexes with the UpdateTable API";
const ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/paid";

let db: DynamoDbFixture;

const units = (read: number, write: number) => ({
  ReadCapacityUnits: read,
  WriteCapacityUnits: write,
});

beforeEach(async () => {
  db = createDynamoDbFixture();
  await db.table("paid", "id", {
    BillingMode: "PROVISIONED",
    ProvisionedThroughput: units(2, 3),
    AttributeDefinitions: [{ AttributeName: "kind", AttributeType: "S" }],
    GlobalSecondaryIndexes: [
      {
        IndexName: "by-kind",
        KeySchema: [{ AttributeName: "kind", KeyType: "HASH" }],
        Projection: { ProjectionType: "KEYS_ONLY" },
        ProvisionedThroughput: units(1, 1),
      },
    ],
  });
  db.throughput.isEnforced = true;
});

const item = (id: number, more: Attributes = {}): Attributes => ({ id: { S: `${id}` }, ...more });
const put = (id: number, more?: Attributes) =>
  db.call("PutItem", { TableName: "paid", Item: item(id, more) });
const get = (id: number) =>
  db.call("GetItem", { TableName: "paid", Key: item(id), ConsistentRead: true });

/** How many calls in a row are let in. */
async function admitted(call: (number: number) => Promise<unknown>, max = 2_000): Promise<number> {
  for (let number = 0; number < max; number += 1) {
    try {
      await call(number);
    } catch {
      return number;
    }
  }
  return max;
}

describe("throttling", () => {
  test("throughput: is the provisioned rate, second by second", async () => {
    expect(await admitted(put)).toBe(3);
    expect(await admitted(get)).toBe(2);
    await db.clock.advance(1_000);
    expect(await admitted(put)).toBe(3);
    await db.clock.advance(500);
    expect(await admitted(get)).toBe(3);
  });

  test("throughput: what was not used in 300 seconds is there for a burst, and no more", async () => {
    await db.clock.advance(60_000);
    expect(await admitted(put)).toBe(61 * 3);
    await db.clock.advance(3_600_000);
    expect(await admitted(put)).toBe(300 * 3);
  });

  test("throughput: a throttled request says what was exceeded, and does nothing", async () => {
    await admitted(put);
    expect(await db.refused("PutItem", { TableName: "paid", Item: item(99) })).toMatchObject({
      code: "ProvisionedThroughputExceededException",
      message: TABLE_EXCEEDED,
      members: {
        ThrottlingReasons: [{ reason: "TableWriteProvisionedThroughputExceeded", resource: ARN }],
      },
    });
    db.throughput.isEnforced = false;
    expect(await db.get("paid", item(99))).toBeUndefined();
  });

  test("throughput: indexes have their own", async () => {
    await put(0, { kind: { S: "a" } });
    const Item = item(1, { kind: { S: "a" } });
    expect(await db.refused("PutItem", { TableName: "paid", Item })).toMatchObject({
      message: INDEX_EXCEEDED,
      members: { ThrottlingReasons: [{ resource: `${ARN}/index/by-kind` }] },
    });
    await put(1);
    const query = () =>
      db.call("Query", {
        TableName: "paid",
        IndexName: "by-kind",
        KeyConditionExpression: "kind = :k",
        ExpressionAttributeValues: { ":k": { S: "a" } },
      });
    expect(await admitted(query)).toBe(2);
    expect(await admitted(get)).toBe(2);
  });

  test("throughput: large requests overdraw, and the next ones wait", async () => {
    const Item = item(1, { pad: { S: "x".repeat(10_000) } });
    await db.call("PutItem", { TableName: "paid", Item });
    await db.clock.advance(2_000);
    expect(await admitted(put)).toBe(0);
    await db.clock.advance(2_000);
    expect(await admitted(put)).toBeGreaterThan(0);
  });

  test("throughput: a change of the rate counts from then on", async () => {
    await admitted(put);
    await db.call("UpdateTable", { TableName: "paid", ProvisionedThroughput: units(2, 10) });
    await db.clock.advance(1_000);
    expect(await admitted(put)).toBeGreaterThanOrEqual(3);
    await db.clock.advance(1_000);
    expect(await admitted(put)).toBe(10);
  });

  test("throughput: nothing is throttled on demand, or while it is not enforced", async () => {
    await db.table("free", "id");
    const free = (number: number) => db.call("PutItem", { TableName: "free", Item: item(number) });
    expect(await admitted(free, 50)).toBe(50);
    db.throughput.isEnforced = false;
    expect(await admitted(put, 50)).toBe(50);
  });

  test("throughput: a maximum on demand is a limit", async () => {
    await db.table("capped", "id", { OnDemandThroughput: { MaxWriteRequestUnits: 4 } });
    const capped = (id: number) => db.call("PutItem", { TableName: "capped", Item: item(id) });
    expect(await admitted(capped)).toBe(4);
    await expect(capped(0)).rejects.toMatchObject({
      code: "ThrottlingException",
      members: { throttlingReasons: [{ reason: "TableWriteMaxOnDemandThroughputExceeded" }] },
    });
    await db.clock.advance(60_000);
    expect(await admitted(capped)).toBe(4);
  });

  test("throughput: conditions that fail cost nothing that is not given back", async () => {
    const failing = () =>
      db.refused("PutItem", {
        TableName: "paid",
        Item: item(1),
        ConditionExpression: "attribute_exists(id)",
      });
    for (let index = 0; index < 10; index += 1) {
      expect(await failing()).toMatchObject({ code: "ConditionalCheckFailedException" });
    }
    expect(await admitted(put)).toBe(3);
  });
});

describe("batches and transactions", () => {
  const write = (count: number) =>
    db.call("BatchWriteItem", {
      RequestItems: {
        paid: Array.from({ length: count }, (_, id) => ({ PutRequest: { Item: item(id) } })),
      },
    });

  test("batch: what is not let in is left unprocessed", async () => {
    const { UnprocessedItems } = await write(5);
    expect(UnprocessedItems).toEqual({
      paid: [{ PutRequest: { Item: item(3) } }, { PutRequest: { Item: item(4) } }],
    });
    const { Responses, UnprocessedKeys } = await db.call("BatchGetItem", {
      RequestItems: { paid: { ConsistentRead: true, Keys: [0, 1, 2].map((id) => item(id)) } },
    });
    expect(Responses?.["paid"]).toHaveLength(2);
    expect(UnprocessedKeys?.["paid"]?.Keys).toEqual([item(2)]);
  });

  test("batch: of which nothing is let in is refused", async () => {
    await admitted(put);
    await expect(write(2)).rejects.toMatchObject({
      code: "ProvisionedThroughputExceededException",
    });
    await admitted(get);
    const read = { RequestItems: { paid: { Keys: [item(0)] } } };
    expect(await db.refused("BatchGetItem", read)).toMatchObject({ message: TABLE_EXCEEDED });
  });

  test("transaction: is canceled as a whole, with reasons", async () => {
    const TransactItems = [0, 1, 2].map((id) => ({ Put: { TableName: "paid", Item: item(id) } }));
    expect(await db.refused("TransactWriteItems", { TransactItems })).toMatchObject({
      code: "TransactionCanceledException",
      members: {
        CancellationReasons: [
          { Code: "None" },
          { Code: "None" },
          { Code: "ProvisionedThroughputExceeded", Message: TABLE_EXCEEDED },
        ],
      },
    });
    db.throughput.isEnforced = false;
    expect(await db.get("paid", item(0))).toBeUndefined();
  });

  test("statements: are throttled like the requests they stand for", async () => {
    const insert = (id: number) =>
      db.call("ExecuteStatement", { Statement: `INSERT INTO paid VALUE {'id': '${id}'}` });
    expect(await admitted(insert)).toBe(3);
    const { Responses } = await db.call("BatchExecuteStatement", {
      Statements: [{ Statement: "DELETE FROM paid WHERE id = '0'" }],
    });
    expect(Responses).toMatchObject([{ Error: { Code: "ProvisionedThroughputExceeded" } }]);
    await expect(
      db.call("ExecuteTransaction", {
        TransactStatements: [{ Statement: "DELETE FROM paid WHERE id = '0'" }],
      }),
    ).rejects.toMatchObject({ code: "TransactionCanceledException" });
  });
});
