/**
 * What tables and global indexes are counted to consume, once each though the test store runs bodies
 * again, and what is told of them as provisioned.
 */
import { expect, test } from "vitest";
import type { MetricSample } from "../../outbox/metrics.ts";
import { createMemoryLog } from "../../platform/log.ts";
import { serviceCaller } from "../../testing/service-harness.ts";
import { createTestStore } from "../../testing/test-store.ts";
import { createDynamoDb } from "./service.ts";

const units = { ReadCapacityUnits: 5, WriteCapacityUnits: 7 };

async function counted() {
  const samples: MetricSample[] = [];
  const test = createTestStore();
  const core = { ...test, log: createMemoryLog() };
  const { service } = createDynamoDb({ ...core, countMetrics: (sample) => samples.push(sample) });
  const call = serviceCaller<"dynamodb">(service, test.clock);
  await call("CreateTable", {
    TableName: "orders",
    AttributeDefinitions: ["id", "kind", "at"].map((AttributeName) => ({
      AttributeName,
      AttributeType: "S" as const,
    })),
    KeySchema: [
      { AttributeName: "id", KeyType: "HASH" },
      { AttributeName: "kind", KeyType: "RANGE" },
    ],
    ProvisionedThroughput: units,
    LocalSecondaryIndexes: [
      {
        IndexName: "by-at",
        KeySchema: [
          { AttributeName: "id", KeyType: "HASH" },
          { AttributeName: "at", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "by-kind",
        KeySchema: [{ AttributeName: "kind", KeyType: "HASH" }],
        Projection: { ProjectionType: "KEYS_ONLY" },
        ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 2 },
      },
    ],
  });
  return {
    call,
    service,
    store: test.store,
    /** What was counted since the last look. */
    look: () =>
      samples.splice(0).map(({ label, values: [first] }) => [label, first?.[0], first?.[2]]),
  };
}

const Item = { id: { S: "1" }, kind: { S: "a" } };
const Key = Item;

test("count: a write, with its indexes; local ones are the table's", async () => {
  const { call, look } = await counted();
  await call("PutItem", { TableName: "orders", Item });
  expect(look()).toEqual([
    ["orders/by-kind", "ConsumedWriteCapacityUnits", 1],
    ["orders", "ConsumedWriteCapacityUnits", 1],
  ]);
  await call("PutItem", { TableName: "orders", Item: { ...Item, at: { S: "now" } } });
  expect(look()).toEqual([["orders", "ConsumedWriteCapacityUnits", 2]]);
});

test("count: reads, half of them when they need not be consistent", async () => {
  const { call, look } = await counted();
  await call("GetItem", { TableName: "orders", Key });
  await call("GetItem", { TableName: "orders", Key, ConsistentRead: true });
  await call("Scan", { TableName: "orders", IndexName: "by-kind" });
  expect(look()).toEqual([
    ["orders", "ConsumedReadCapacityUnits", 0.5],
    ["orders", "ConsumedReadCapacityUnits", 1],
    ["orders/by-kind", "ConsumedReadCapacityUnits", 0.5],
  ]);
});

test("gauge: what is provisioned, of the table and its global index", async () => {
  const { call, service, store } = await counted();
  const gauge = service.gauges?.["AWS/DynamoDB"];
  const owner = { accountId: "000000000000", region: "us-east-1" };
  const read = (label: string) =>
    store.read((tx) => gauge?.read(tx, owner, label)?.map(([name, , value]) => [name, value]));
  expect(await read("orders")).toEqual([
    ["ProvisionedReadCapacityUnits", 5],
    ["ProvisionedWriteCapacityUnits", 7],
  ]);
  expect(await read("orders/by-kind")).toEqual([
    ["ProvisionedReadCapacityUnits", 1],
    ["ProvisionedWriteCapacityUnits", 2],
  ]);
  expect(gauge?.dimensionsOf("orders/by-kind")).toEqual([
    ["TableName", "orders"],
    ["GlobalSecondaryIndexName", "by-kind"],
  ]);
  await call("UpdateTable", { TableName: "orders", BillingMode: "PAY_PER_REQUEST" });
  expect(await read("orders")).toBeUndefined();
  expect(await read("nowhere")).toBeUndefined();
});
