/** What DynamoDB's requests cost, what a scan reads, and how fast a large table fills. */
import { Agent, request } from "node:http";
import { anonymousMiB, type Running } from "./engine.ts";
import { callJson, jsonHeaders } from "./load.ts";
import type { PreparedLoad, RequestCase } from "./request-cases.ts";

const API = "DynamoDB_20120810";
const PAYLOAD = "x".repeat(200);
const QUERY_ITEMS = 20;
const TRANSACTION_ITEMS = 4;
const BATCH_ITEMS = 25;

let serial = 0;
const nextSerial = (): string => {
  serial += 1;
  return serial.toString(36);
};

async function tableOf(endpoint: string, name: string): Promise<void> {
  await callJson(endpoint, "dynamodb", `${API}.CreateTable`, {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: "S" },
    ],
  });
}

const itemOf = (pk: string, sk: string, text: string = PAYLOAD) => ({
  pk: { S: pk },
  sk: { S: sk },
  name: { S: text },
  count: { N: "42" },
});

const keyOf = (pk: string, sk: string) => ({ pk: { S: pk }, sk: { S: sk } });

function loadOf(endpoint: string, operation: string, body: () => unknown): PreparedLoad {
  return {
    url: endpoint,
    headers: jsonHeaders("dynamodb", `${API}.${operation}`),
    body: () => JSON.stringify(body()),
  };
}

/** The aims are those of docs/performance.md. */
export const DYNAMODB_CASES: readonly RequestCase[] = [
  {
    name: "DynamoDB PutItem",
    aim: 0.5,
    async prepare(endpoint) {
      await tableOf(endpoint, "bench-put");
      return loadOf(endpoint, "PutItem", () => ({
        TableName: "bench-put",
        Item: itemOf(nextSerial(), "a"),
      }));
    },
  },
  {
    name: "DynamoDB GetItem",
    aim: 0.6,
    async prepare(endpoint) {
      const TableName = "bench-get";
      await tableOf(endpoint, TableName);
      await callJson(endpoint, "dynamodb", `${API}.PutItem`, {
        TableName,
        Item: itemOf("p", "s"),
      });
      const body = JSON.stringify({ TableName, Key: keyOf("p", "s") });
      return { url: endpoint, headers: jsonHeaders("dynamodb", `${API}.GetItem`), body };
    },
  },
  {
    name: `DynamoDB Query of ${QUERY_ITEMS}`,
    aim: 0.3,
    async prepare(endpoint) {
      const TableName = "bench-query";
      await tableOf(endpoint, TableName);
      for (let index = 0; index < QUERY_ITEMS; index += 1) {
        await callJson(endpoint, "dynamodb", `${API}.PutItem`, {
          TableName,
          Item: itemOf("p", String(index).padStart(4, "0")),
        });
      }
      const body = JSON.stringify({
        TableName,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: "p" } },
      });
      return { url: endpoint, headers: jsonHeaders("dynamodb", `${API}.Query`), body };
    },
  },
  {
    name: "DynamoDB UpdateItem with a condition",
    async prepare(endpoint) {
      await tableOf(endpoint, "bench-update");
      return loadOf(endpoint, "UpdateItem", () => ({
        TableName: "bench-update",
        Key: keyOf(`p${serial % 1_000}`, nextSerial().slice(-1)),
        UpdateExpression: "SET #count = if_not_exists(#count, :zero) + :one, #name = :name",
        ConditionExpression: "attribute_not_exists(#count) OR #count >= :zero",
        ExpressionAttributeNames: { "#count": "count", "#name": "name" },
        ExpressionAttributeValues: {
          ":zero": { N: "0" },
          ":one": { N: "1" },
          ":name": { S: PAYLOAD },
        },
      }));
    },
  },
  {
    name: `DynamoDB TransactWriteItems of ${TRANSACTION_ITEMS}`,
    aim: 0.3,
    async prepare(endpoint) {
      const TableName = "bench-transact";
      await tableOf(endpoint, TableName);
      return loadOf(endpoint, "TransactWriteItems", () => ({
        TransactItems: Array.from({ length: TRANSACTION_ITEMS }, () => ({
          Put: {
            TableName,
            Item: itemOf(nextSerial(), "a"),
            ConditionExpression: "attribute_not_exists(pk)",
          },
        })),
      }));
    },
  },
  {
    name: `DynamoDB BatchWriteItem of ${BATCH_ITEMS}`,
    async prepare(endpoint) {
      await tableOf(endpoint, "bench-batch");
      return loadOf(endpoint, "BatchWriteItem", () =>
        batchOf("bench-batch", () => itemOf(nextSerial(), "a")),
      );
    },
  },
];

function batchOf(table: string, next: () => object): object {
  const requests = Array.from({ length: BATCH_ITEMS }, () => ({ PutRequest: { Item: next() } }));
  return { RequestItems: { [table]: requests } };
}

const WRITERS = 16;

/** Fills a table with batches over connections that stay open; how long it takes, in seconds. */
async function fill(
  endpoint: string,
  table: string,
  { items, text }: { readonly items: number; readonly text: string },
): Promise<number> {
  await tableOf(endpoint, table);
  const agent = new Agent({ keepAlive: true, maxSockets: WRITERS });
  const batches = Math.ceil(items / BATCH_ITEMS);
  let sent = 0;
  const started = performance.now();
  const writer = async (): Promise<void> => {
    while (sent < batches) {
      sent += 1;
      await post(
        agent,
        endpoint,
        batchOf(table, () => itemOf(nextSerial(), "a", text)),
      );
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  agent.destroy();
  return (performance.now() - started) / 1_000;
}

function post(agent: Agent, endpoint: string, input: object): Promise<void> {
  const body = JSON.stringify(input);
  const headers = {
    ...jsonHeaders("dynamodb", `${API}.BatchWriteItem`),
    "content-length": Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const call = request(endpoint, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("end", () => {
        if (response.statusCode === 200) {
          resolve();
        } else {
          reject(new Error(`BatchWriteItem: ${response.statusCode}`));
        }
      });
    });
    call.on("error", reject);
    call.end(body);
  });
}

const SCAN_ITEMS = 100_000;
const SEGMENTS = 4;

/** Reads a whole table page by page, and in segments at once. */
export async function measureScan(endpoint: string): Promise<Readonly<Record<string, number>>> {
  const table = "bench-scan";
  await fill(endpoint, table, { items: SCAN_ITEMS, text: PAYLOAD });
  const alone = await scanSeconds(endpoint, { TableName: table });
  const started = performance.now();
  const segments = Array.from({ length: SEGMENTS }, (_, Segment) =>
    scanSeconds(endpoint, { TableName: table, Segment, TotalSegments: SEGMENTS }),
  );
  await Promise.all(segments);
  const together = (performance.now() - started) / 1_000;
  return { itemsPerSecond: SCAN_ITEMS / alone, inSegmentsPerSecond: SCAN_ITEMS / together };
}

async function scanSeconds(endpoint: string, input: object): Promise<number> {
  const started = performance.now();
  let ExclusiveStartKey: unknown;
  do {
    const page = await callJson(endpoint, "dynamodb", `${API}.Scan`, {
      ...input,
      ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
    });
    ExclusiveStartKey = page["LastEvaluatedKey"];
  } while (ExclusiveStartKey !== undefined);
  return (performance.now() - started) / 1_000;
}

/** What an item of 1 KiB has beside its text. */
const ITEM_OVERHEAD_BYTES = 30;

/** Fills a table with items of 1 KiB: how fast, how large the files are, what memory is held. */
export async function measureLoad(
  engine: Running,
  items: number,
): Promise<Readonly<Record<string, number>>> {
  const text = "x".repeat(1_024 - ITEM_OVERHEAD_BYTES);
  const bytesBefore = engine.dataBytes();
  const seconds = await fill(engine.endpoint, "bench-load", { items, text });
  return {
    itemsPerSecond: items / seconds,
    fileMiB: (engine.dataBytes() - bytesBefore) / 2 ** 20,
    anonymousMiB: anonymousMiB(engine.pid),
  };
}
