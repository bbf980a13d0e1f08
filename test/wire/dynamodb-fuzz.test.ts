/**
 * Requests on items that are almost right: whatever is sent, the engine answers with an error of
 * AWS's, at once, and a request that is refused has changed nothing.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, createCloud } from "../../src/app/cloud.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const RUNS = 500;
const KEY: Json = { pk: { S: "a" }, sk: { N: "1" } };
const NAMES: Json = { "#n": "n" };
const VALUES: Json = { ":v": { N: "2" } };
const CONDITION = { ConditionExpression: "#n < :v", ExpressionAttributeNames: NAMES };
const ITEM: Json = {
  pk: { S: "a" },
  sk: { N: "1" },
  n: { N: "1.50" },
  b: { B: "AAEC" },
  l: { L: [{ S: "x" }, { M: { deep: { NS: ["1", "2"] } } }] },
  ss: { SS: ["x", "y"] },
  z: { NULL: true },
};
const UPDATE: Json = {
  TableName: "fuzz",
  Key: KEY,
  UpdateExpression: "SET #n = #n + :v, l[1].deep = :v REMOVE z",
  ExpressionAttributeNames: NAMES,
  ExpressionAttributeValues: VALUES,
};

/** A request of every operation on items, each of which is right. */
const REQUESTS: readonly (readonly [operation: string, input: Json])[] = [
  ["PutItem", { TableName: "fuzz", Item: ITEM, ReturnValues: "ALL_OLD" }],
  [
    "GetItem",
    {
      TableName: "fuzz",
      Key: KEY,
      ProjectionExpression: "#n, l[1].deep",
      ExpressionAttributeNames: NAMES,
    },
  ],
  ["UpdateItem", { ...UPDATE, ReturnValues: "UPDATED_NEW", ReturnConsumedCapacity: "INDEXES" }],
  [
    "UpdateItem",
    { TableName: "fuzz", Key: KEY, AttributeUpdates: { n: { Action: "ADD", Value: { N: "1" } } } },
  ],
  ["DeleteItem", { TableName: "fuzz", Key: KEY, ...CONDITION, ExpressionAttributeValues: VALUES }],
  [
    "DeleteItem",
    {
      TableName: "fuzz",
      Key: KEY,
      Expected: { n: { ComparisonOperator: "LT", AttributeValueList: [{ N: "9" }] } },
    },
  ],
  [
    "Query",
    {
      TableName: "fuzz",
      IndexName: "by-n",
      KeyConditionExpression: "pk = :p AND n > :v",
      ExpressionAttributeValues: { ":p": { S: "a" }, ":v": { N: "0" } },
      Limit: 2,
      ScanIndexForward: false,
    },
  ],
  [
    "Query",
    {
      TableName: "fuzz",
      KeyConditions: { pk: { ComparisonOperator: "EQ", AttributeValueList: [{ S: "a" }] } },
    },
  ],
  [
    "Scan",
    {
      TableName: "fuzz",
      FilterExpression: "contains(ss, :x)",
      ExpressionAttributeValues: { ":x": { S: "x" } },
      Segment: 0,
      TotalSegments: 1,
      ExclusiveStartKey: KEY,
    },
  ],
  ["BatchGetItem", { RequestItems: { fuzz: { Keys: [KEY], ConsistentRead: true } } }],
  [
    "BatchWriteItem",
    {
      RequestItems: {
        fuzz: [
          { PutRequest: { Item: ITEM } },
          { DeleteRequest: { Key: { pk: { S: "b" }, sk: { N: "1" } } } },
        ],
      },
    },
  ],
  [
    "TransactWriteItems",
    {
      TransactItems: [
        { Update: UPDATE },
        { Put: { TableName: "fuzz", Item: { ...(ITEM as object), pk: { S: "c" } } as Json } },
      ],
    },
  ],
  ["TransactGetItems", { TransactItems: [{ Get: { TableName: "fuzz", Key: KEY } }] }],
  [
    "ExecuteStatement",
    { Statement: "UPDATE fuzz SET n = n + ? WHERE pk = 'a' AND sk = 1", Parameters: [{ N: "1" }] },
  ],
  [
    "ExecuteStatement",
    {
      Statement: "SELECT * FROM fuzz WHERE pk = ?",
      Parameters: [{ S: "a" }],
      Limit: 1,
      NextToken: "AA==",
    },
  ],
  [
    "BatchExecuteStatement",
    { Statements: [{ Statement: "INSERT INTO fuzz VALUE {'pk': 'd', 'sk': 1}" }] },
  ],
  [
    "ExecuteTransaction",
    { TransactStatements: [{ Statement: "DELETE FROM fuzz WHERE pk = 'a' AND sk = 1 AND n > 0" }] },
  ],
];

let cloud: Cloud;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "millrace-fuzz-"));
  cloud = await createCloud({ directory, durability: "memory" });
  const created = await send("CreateTable", {
    TableName: "fuzz",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: "N" },
      { AttributeName: "n", AttributeType: "N" },
    ],
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: "by-n",
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "n", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "ALL" },
      },
    ],
  });
  expect(created.status).toBe(200);
});

afterAll(async () => {
  await cloud.close();
  rmSync(directory, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

const AUTHORIZATION =
  "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/dynamodb/aws4_request, " +
  "SignedHeaders=host, Signature=0";

const send = (operation: string, input: Json): Promise<Answer> =>
  sendText(operation, JSON.stringify(input));

async function sendText(
  operation: string,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<Answer> {
  const response = await fetch(cloud.endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      authorization: AUTHORIZATION,
    },
    body,
  });
  return { status: response.status, text: await response.text() };
}

/** Everything there is, in the table and in its index. */
async function contents(): Promise<string> {
  const table = await send("Scan", { TableName: "fuzz" });
  const index = await send("Scan", { TableName: "fuzz", IndexName: "by-n" });
  return table.text + index.text;
}

const junk: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, 0, -1, 1e308, "", "a", "fuzz", "__proto__", [], {}, [[]]),
  fc.constantFrom<Json>({ S: 1 }, { N: "x" }, { N: "1e999" }, { N: 1 }, { B: "!" }, { B: "AA" }),
  fc.constantFrom<Json>(
    { M: null },
    { L: {} },
    { SS: [] },
    { SS: ["a", "a"] },
    { NS: ["1", "1.0"] },
  ),
  fc.constantFrom<Json>(
    { S: "a", N: "1" },
    { NULL: false },
    { BOOL: "yes" },
    { X: "y" },
    { S: null },
  ),
  fc.constantFrom<Json>("#", ":", "#n", ":v", "a.b[0]", "size(n) > :v", "SET n = :v", "((((("),
  fc.constantFrom<Json>("ALL_OLD", "COUNT", "\ud800", "\u0000", "x".repeat(3_000)),
  fc.integer({ min: 20, max: 200 }).map(nested),
  fc.string({ unit: "binary", maxLength: 20 }),
);

function nested(depth: number): Json {
  let value: Json = { S: "leaf" };
  for (let level = 0; level < depth; level += 1) {
    value = level % 2 === 0 ? { M: { a: value } } : { L: [value] };
  }
  return value;
}

/** What is done to one place of a request. */
interface Mutation {
  /** Where, as a number that picks among all places. */
  readonly place: number;
  readonly kind: "replace" | "remove" | "rename" | "add";
  readonly value: Json;
  readonly name: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  place: fc.nat(10_000),
  kind: fc.constantFrom("replace", "remove", "rename", "add"),
  value: junk,
  name: fc.constantFrom("S", "N", "M", "pk", "sk", "n", "__proto__", "", "Key", "Item", "Limit"),
});

function placesOf(value: Json, at: readonly string[] = []): readonly (readonly string[])[] {
  const children =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([name, child]) => placesOf(child, [...at, name]))
      : [];
  return [at, ...children];
}

function mutated(input: Json, { place, kind, value, name }: Mutation): Json {
  const copy = JSON.parse(JSON.stringify({ root: input })) as Record<string, unknown>;
  const places = placesOf(copy["root"] as Json);
  const at = places[place % places.length] ?? [];
  const steps = ["root", ...at];
  const last = steps.at(-1) ?? "root";
  let parent = copy;
  for (const step of steps.slice(0, -1)) {
    parent = parent[step] as Record<string, unknown>;
  }
  const child = parent[last];
  switch (kind) {
    case "replace":
      Object.defineProperty(parent, last, { value, enumerable: true, configurable: true });
      break;
    case "remove":
      delete parent[last];
      break;
    case "rename":
      delete parent[last];
      Object.defineProperty(parent, name, { value: child, enumerable: true, configurable: true });
      break;
    case "add":
      if (typeof child === "object" && child !== null) {
        Object.defineProperty(child, name, { value, enumerable: true, configurable: true });
      }
      break;
  }
  return (copy["root"] ?? null) as Json;
}

function requireAnswer({ status, text }: Answer): void {
  expect([status, text].join(" ")).toMatch(/^(200|4\d\d|501) /);
  const body = JSON.parse(text) as { readonly __type?: string };
  if (status !== 200) {
    expect(body.__type).toMatch(/#\w+$/);
  }
}

const request = fc.constantFrom(...REQUESTS);

describe("requests on items", () => {
  test.each(REQUESTS.filter(([operation]) => !operation.startsWith("ExecuteTransaction")))(
    "fuzz: %s is right to begin with",
    async (operation, input) => {
      await send("PutItem", { TableName: "fuzz", Item: ITEM });
      const answer = await send(operation, input);
      const isToken = JSON.stringify(input).includes("NextToken");
      expect([operation, isToken ? 200 : answer.status, answer.text]).toEqual([
        operation,
        200,
        answer.text,
      ]);
    },
  );

  test("fuzz: any change of a request is answered, and what is refused has changed nothing", async () => {
    const property = fc.asyncProperty(
      request,
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      async ([operation, input], mutations) => {
        const before = await contents();
        const answer = await send(operation, mutations.reduce(mutated, input));
        requireAnswer(answer);
        if (answer.status !== 200) {
          expect(await contents()).toBe(before);
        }
      },
    );
    await fc.assert(property, { numRuns: RUNS });
  });

  test("fuzz: any change of the text of a request is answered", async () => {
    const property = fc.asyncProperty(
      request,
      fc.nat(2_000),
      fc.nat(30),
      fc.uint8Array({ maxLength: 12 }),
      async ([operation, input], at, length, bytes) => {
        const text = Buffer.from(JSON.stringify(input));
        const start = at % text.length;
        const rest = text.subarray(Math.min(text.length, start + length));
        requireAnswer(
          await sendText(
            operation,
            Uint8Array.from(Buffer.concat([text.subarray(0, start), bytes, rest])),
          ),
        );
      },
    );
    await fc.assert(property, { numRuns: RUNS });
  });
});
