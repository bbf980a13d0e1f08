import { beforeEach, describe, expect, test } from "vitest";
import type { Attributes } from "../../languages/dynamodb/attribute-value.ts";
import { createDynamoDbFixture, type DynamoDbFixture } from "../../testing/dynamodb-fixture.ts";
import { jsonFormOf } from "../../wire/json-form.ts";
import type { Input } from "../../wire/operations.ts";

let db: DynamoDbFixture;

beforeEach(async () => {
  db = createDynamoDbFixture();
  await db.table("words", "pk sk");
  await db.table("numbers", "pk sk:N");
  await db.table("things", "id");
});

const P = { ":p": { S: "p" } };

function queryInput(
  table: string,
  test = "",
  values: Attributes = {},
  more: Partial<Input<"dynamodb", "Query">> = {},
): Input<"dynamodb", "Query"> {
  return {
    TableName: table,
    KeyConditionExpression: `pk = :p${test}`,
    ExpressionAttributeValues: { ...P, ...values },
    ...more,
  };
}

async function sortKeys(...args: Parameters<typeof queryInput>): Promise<readonly string[]> {
  const { Items } = await db.call("Query", queryInput(...args));
  return (Items ?? []).map(({ sk }) => sk?.S ?? sk?.N ?? "");
}

describe("query", () => {
  beforeEach(async () => {
    for (const text of ["a", "ab", "abc", "b", "\u{ffff}", "\u{10000}", "a\0"]) {
      await db.put("words", { pk: { S: "p" }, sk: { S: text } });
    }
    await db.put("words", { pk: { S: "q" }, sk: { S: "a" } });
    for (const text of ["-10", "-1.5", "0", "0.001", "2", "10", "1e20"]) {
      await db.put("numbers", { pk: { S: "p" }, sk: { N: text } });
    }
  });

  test("query: texts in the order of their UTF-8, one partition only", async () => {
    const forward = ["a", "a\0", "ab", "abc", "b", "\u{ffff}", "\u{10000}"];
    expect(await sortKeys("words")).toEqual(forward);
    expect(await sortKeys("words", "", {}, { ScanIndexForward: false })).toEqual(forward.reverse());
  });

  test("query: numbers in their own order", async () => {
    expect(await sortKeys("numbers")).toEqual([
      "-10",
      "-1.5",
      "0",
      "0.001",
      "2",
      "10",
      "100000000000000000000",
    ]);
  });

  test.each([
    [" AND sk = :v", ["0"]],
    [" AND sk < :v", ["-10", "-1.5"]],
    [" AND sk <= :v", ["-10", "-1.5", "0"]],
    [" AND sk > :v", ["0.001", "2", "10", "100000000000000000000"]],
    [" AND sk >= :v", ["0", "0.001", "2", "10", "100000000000000000000"]],
    [" AND :v >= sk", ["-10", "-1.5", "0"]],
    [" AND (sk < :v)", ["-10", "-1.5"]],
  ])("query: pk = :p%s", async (test, expected) => {
    expect(await sortKeys("numbers", test, { ":v": { N: "0" } })).toEqual(expected);
    const reverse = { ScanIndexForward: false };
    expect(await sortKeys("numbers", test, { ":v": { N: "0" } }, reverse)).toEqual(
      [...expected].reverse(),
    );
  });

  test("query: BETWEEN takes both bounds, begins_with a prefix", async () => {
    const bounds = { ":a": { N: "-1.5" }, ":b": { N: "2" } };
    expect(await sortKeys("numbers", " AND sk BETWEEN :a AND :b", bounds)).toEqual([
      "-1.5",
      "0",
      "0.001",
      "2",
    ]);
    const prefix = { ":a": { S: "a" } };
    expect(await sortKeys("words", " AND begins_with(sk, :a)", prefix)).toEqual([
      "a",
      "a\0",
      "ab",
      "abc",
    ]);
    const last = { ":a": { S: "\u{10000}" } };
    expect(await sortKeys("words", " AND begins_with(sk, :a)", last)).toEqual(["\u{10000}"]);
  });

  test("query: pages by limit, each from where the last ended", async () => {
    for (const ScanIndexForward of [true, false]) {
      const found: string[] = [];
      let ExclusiveStartKey: Attributes | undefined;
      let pages = 0;
      do {
        const page = await db.call(
          "Query",
          queryInput("numbers", "", {}, { Limit: 2, ExclusiveStartKey, ScanIndexForward }),
        );
        expect(page.Count).toBe(page.Items?.length);
        found.push(...(page.Items ?? []).map(({ sk }) => sk?.N ?? ""));
        ExclusiveStartKey = page.LastEvaluatedKey;
        pages += 1;
      } while (ExclusiveStartKey !== undefined);
      expect(pages).toBe(4);
      expect(found).toEqual(await sortKeys("numbers", "", {}, { ScanIndexForward }));
    }
  });

  test("query: a limit counts what is read, a filter what is returned", async () => {
    const output = await db.call(
      "Query",
      queryInput(
        "words",
        "",
        { ":long": { N: "2" } },
        {
          FilterExpression: "size(note) >= :long OR attribute_not_exists(note)",
          Limit: 3,
          Select: "COUNT",
        },
      ),
    );
    expect(output).toEqual({
      Count: 3,
      ScannedCount: 3,
      LastEvaluatedKey: { pk: { S: "p" }, sk: { S: "ab" } },
    });
  });

  test("query: a page ends before it exceeds a megabyte", async () => {
    const t = { S: "x".repeat(300_000) };
    for (const sk of ["1", "2", "3", "4", "5"]) {
      await db.put("numbers", { pk: { S: "big" }, sk: { N: sk }, t });
    }
    const input = queryInput("numbers", "", { ":p": { S: "big" } });
    const page = await db.call("Query", { ...input, ReturnConsumedCapacity: "TOTAL" });
    expect(page).toMatchObject({
      Count: 3,
      LastEvaluatedKey: { pk: { S: "big" }, sk: { N: "3" } },
      ConsumedCapacity: { CapacityUnits: 110 },
    });
    const { LastEvaluatedKey } = page;
    const rest = await db.call("Query", { ...input, ExclusiveStartKey: LastEvaluatedKey });
    expect(rest.Count).toBe(2);
    expect(rest.LastEvaluatedKey).toBeUndefined();
  });

  test("query: the JSON form says what the output says", async () => {
    const output = await db.call("Query", queryInput("words", "", {}, { Limit: 2 }));
    expect(JSON.parse(Buffer.from(jsonFormOf(output) ?? []).toString("utf8"))).toEqual(
      JSON.parse(JSON.stringify(output)),
    );
  });

  const BAD_START = "The provided starting key is invalid";
  test.each<[Partial<Input<"dynamodb", "Query">>, string]>([
    [{ KeyConditionExpression: "sk = :p" }, "Query condition missed key schema element: pk"],
    [{ KeyConditionExpression: "pk > :p" }, "Query key condition not supported"],
    [
      { KeyConditionExpression: "pk = :p AND more = :p" },
      "Query condition missed key schema element: sk",
    ],
    [
      {
        KeyConditionExpression: "pk = :p AND sk > :n AND extra = :p",
        ExpressionAttributeValues: { ...P, ":n": { N: "1" } },
      },
      "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)",
    ],
    [
      {
        KeyConditionExpression: "pk = :n",
        ExpressionAttributeValues: { ":n": { N: "1" } },
      },
      "One or more parameter values were invalid: Condition parameter type does not match schema type",
    ],
    [
      { KeyConditionExpression: undefined, ExpressionAttributeValues: undefined },
      "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
    ],
    [
      { FilterExpression: "sk <> :p" },
      "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk",
    ],
    [{ ExclusiveStartKey: { pk: { S: "p" } } }, BAD_START],
    [{ ExclusiveStartKey: { pk: { S: "p" }, sk: { S: "1" } } }, BAD_START],
    [{ ExclusiveStartKey: { pk: { S: "p" }, sk: { N: "1" }, x: { S: "1" } } }, BAD_START],
    [
      { ExclusiveStartKey: { pk: { S: "q" }, sk: { N: "1" } } },
      "The provided starting key is outside query boundaries based on provided conditions",
    ],
    [{ IndexName: "none" }, "The table does not have the specified index: none"],
    [
      { Select: "ALL_PROJECTED_ATTRIBUTES" },
      "One or more parameter values were invalid: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
    ],
    [
      { Select: "ALL_ATTRIBUTES", ProjectionExpression: "a" },
      "1 validation error detected: Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES",
    ],
  ])("query: refuses %j", async (more, message) => {
    const input = { ...queryInput("numbers"), ...more };
    expect(await db.refused("Query", input)).toMatchObject({
      code: "ValidationException",
      message,
    });
  });
});

describe("scan", () => {
  beforeEach(async () => {
    for (let count = 0; count < 40; count += 1) {
      await db.put("things", { id: { S: `item ${count}` }, n: { N: String(count) } });
    }
  });

  const ids = (items: readonly Attributes[] | undefined) =>
    (items ?? []).map(({ id }) => id?.S ?? "").sort();

  test("scan: everything, filtered, projected", async () => {
    expect((await db.call("Scan", { TableName: "things" })).Count).toBe(40);
    const some = await db.call("Scan", {
      TableName: "things",
      FilterExpression: "n < :three",
      ProjectionExpression: "n",
      ExpressionAttributeValues: { ":three": { N: "3" } },
    });
    expect(some.ScannedCount).toBe(40);
    expect(some.Items?.map(({ n }) => n?.N).sort()).toEqual(["0", "1", "2"]);
    expect(some.Items?.every((item) => item["id"] === undefined)).toBe(true);
  });

  test("scan: segments together hold every item once", async () => {
    const found: string[] = [];
    for (let Segment = 0; Segment < 3; Segment += 1) {
      let ExclusiveStartKey: Attributes | undefined;
      do {
        const page = await db.call("Scan", {
          TableName: "things",
          Segment,
          TotalSegments: 3,
          Limit: 4,
          ExclusiveStartKey,
        });
        found.push(...ids(page.Items));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
    }
    expect(found).toHaveLength(40);
    expect(new Set(found).size).toBe(40);
  });

  test("scan: refuses the start key of another segment", async () => {
    const first = { TableName: "things", Segment: 0, TotalSegments: 2, Limit: 1 };
    const { LastEvaluatedKey: ExclusiveStartKey } = await db.call("Scan", first);
    const input = { ...first, Segment: 1, ExclusiveStartKey };
    expect(await db.refused("Scan", input)).toMatchObject({
      message:
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: 2 Segment: 1",
    });
  });

  test.each([
    [
      { Segment: 1 },
      "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
    ],
    [
      { TotalSegments: 1 },
      "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
    ],
    [
      { Segment: 5, TotalSegments: 4 },
      "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 5 is not less than TotalSegments: 4",
    ],
    [
      { ExclusiveStartKey: { bad: { S: "p" } } },
      "The provided starting key is invalid: The provided key element does not match the schema",
    ],
    [
      { ExpressionAttributeValues: { ":a": { N: "1" } } },
      "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null",
    ],
    [
      { FilterExpression: "a = :a", ExpressionAttributeValues: { ":a": { N: "" } } },
      "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value for key :a",
    ],
  ])("scan: refuses %j", async (more, message) => {
    expect(await db.refused("Scan", { TableName: "things", ...more })).toMatchObject({ message });
  });
});

describe("batches", () => {
  const key = (id: string): Attributes => ({ id: { S: id } });

  test("batch write and get: puts, deletes, reads over several tables", async () => {
    await db.put("things", key("old"));
    const written = await db.call("BatchWriteItem", {
      RequestItems: {
        things: [
          { PutRequest: { Item: { ...key("new"), n: { N: "1.0" } } } },
          { DeleteRequest: { Key: key("old") } },
        ],
        words: [{ PutRequest: { Item: { pk: { S: "p" }, sk: { S: "s" } } } }],
      },
      ReturnConsumedCapacity: "TOTAL",
    });
    expect(written).toEqual({
      UnprocessedItems: {},
      ConsumedCapacity: [
        { TableName: "things", CapacityUnits: 2 },
        { TableName: "words", CapacityUnits: 1 },
      ],
    });
    const read = await db.call("BatchGetItem", {
      RequestItems: {
        things: {
          Keys: [key("new"), key("old")],
          ProjectionExpression: "#n",
          ExpressionAttributeNames: { "#n": "n" },
        },
        words: { Keys: [{ pk: { S: "p" }, sk: { S: "s" } }] },
      },
    });
    expect(read).toEqual({
      Responses: { things: [{ n: { N: "1" } }], words: [{ pk: { S: "p" }, sk: { S: "s" } }] },
      UnprocessedKeys: {},
    });
  });

  test("batch get: leaves keys unprocessed behind 16 megabytes", async () => {
    const Keys = Array.from({ length: 50 }, (_, count) => key(String(count)));
    for (const Key of Keys) {
      await db.put("things", { ...Key, t: { S: "x".repeat(400_000) } });
    }
    const { Responses, UnprocessedKeys } = await db.call("BatchGetItem", {
      RequestItems: { things: { Keys } },
    });
    expect(Responses?.["things"]).toHaveLength(41);
    expect(UnprocessedKeys?.["things"]?.Keys).toEqual(Keys.slice(41));
  });

  test("batch write: refuses an item twice, a wrong key, a missing table, and writes nothing", async () => {
    const write = (things: object[]) => db.refused("BatchWriteItem", { RequestItems: { things } });
    const PutRequest = { Item: key("x") };
    expect(await write([{ PutRequest }, { DeleteRequest: { Key: key("x") } }])).toMatchObject({
      message: "Provided list of item keys contains duplicates",
    });
    expect(
      await write([{ PutRequest }, { PutRequest: { Item: { id: { N: "1" } } } }]),
    ).toMatchObject({ message: "The provided key element does not match the schema" });
    expect(
      await db.refused("BatchWriteItem", {
        RequestItems: { things: [{ PutRequest }], nothing: [{ PutRequest }] },
      }),
    ).toMatchObject({ code: "ResourceNotFoundException", message: "Requested resource not found" });
    expect(await db.get("things", key("x"))).toBeUndefined();
  });

  test("batch get: refuses a key twice", async () => {
    expect(
      await db.refused("BatchGetItem", {
        RequestItems: { things: { Keys: [key("x"), key("x")] } },
      }),
    ).toMatchObject({ message: "Provided list of item keys contains duplicates" });
  });
});
