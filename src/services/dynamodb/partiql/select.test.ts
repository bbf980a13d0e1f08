/** PartiQL's SELECT over the test store. Messages are those of recorded answers of AWS. */
import { beforeEach, describe, expect, test } from "vitest";
import type { AttributeValue } from "../../../languages/dynamodb/attribute-value.ts";
import { createDynamoDbFixture, type DynamoDbFixture } from "../../../testing/dynamodb-fixture.ts";

let fixture: DynamoDbFixture;

beforeEach(async () => {
  fixture = createDynamoDbFixture();
  await fixture.table("plain", "pk");
  await fixture.table("pair", "pk sk:N", {
    AttributeDefinitions: [
      { AttributeName: "kind", AttributeType: "S" },
      { AttributeName: "rank", AttributeType: "N" },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: "by-rank",
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "rank", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "by-kind",
        KeySchema: [{ AttributeName: "kind", KeyType: "HASH" }],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
  });
});

const run = async (Statement: string, ...Parameters: readonly AttributeValue[]) =>
  (await fixture.call("ExecuteStatement", { Statement, Parameters })).Items ?? [];

const refused = (Statement: string, ...Parameters: readonly AttributeValue[]) =>
  fixture.refused("ExecuteStatement", { Statement, Parameters });

const S = (text: string): AttributeValue => ({ S: text });
const N = (number: number | string): AttributeValue => ({ N: String(number) });

async function fillPair(): Promise<void> {
  for (const pk of ["a", "b"]) {
    for (const sk of [1, 2, 3]) {
      await fixture.put("pair", {
        pk: S(pk),
        sk: N(sk),
        rank: N(10 - sk),
        kind: S(sk === 2 ? "even" : "odd"),
        note: S(`${pk}${sk}`),
      });
    }
  }
}

const notes = async (where: string, ...parameters: readonly AttributeValue[]) =>
  (await run(`SELECT note FROM "pair" ${where}`, ...parameters)).map(({ note }) => note?.S);

describe("SELECT", () => {
  beforeEach(fillPair);

  test.each([
    ["WHERE pk = 'a'", ["a1", "a2", "a3"]],
    ["WHERE pk = 'a' AND sk = 2", ["a2"]],
    ["WHERE 2 <= sk AND 'a' = pk", ["a2", "a3"]],
    ["WHERE pk = 'a' AND sk BETWEEN 2 AND 3", ["a2", "a3"]],
    ["WHERE pk = 'a' AND NOT sk = 2", ["a1", "a3"]],
    ["WHERE pk = 'a' AND sk <> 2 AND sk != 3", ["a1"]],
    ["WHERE pk IN ['b', 'a', 'b'] AND sk < 2", ["b1", "a1"]],
    ["WHERE pk IN ('a') AND note IN ['a1', 'a3']", ["a1", "a3"]],
    ["WHERE pk = 'a' AND sk = 3 OR pk = 'a' AND sk = 1", ["a1", "a3"]],
    ["WHERE pk = 'a' AND NOT sk IN [1, 3] OR pk = 'a' AND sk = 2", ["a2"]],
    ["WHERE pk = 'a' AND (sk = 1 OR note = 'a3')", ["a1", "a3"]],
    ["WHERE pk = 'a' ORDER BY sk DESC", ["a3", "a2", "a1"]],
    ["WHERE pk IN ['a', 'b'] ORDER BY pk DESC, sk DESC", ["b3", "b2", "b1", "a3", "a2", "a1"]],
    ["WHERE pk = 'a' AND begins_with(note, 'a') AND contains(\"note\", '2')", ["a2"]],
    [
      "WHERE pk = 'a' AND size(note) = 2 AND attribute_type(sk, 'N') AND sk IS INT",
      ["a1", "a2", "a3"],
    ],
    [
      "WHERE pk = 'a' AND note IS NOT MISSING AND gone IS MISSING AND note IS NOT NULL",
      ["a1", "a2", "a3"],
    ],
    ["WHERE pk = 'a' AND attribute_exists(note) = false", []],
    ["WHERE pk = 'zz'", []],
  ])("ExecuteStatement: %s", async (where, expected) => {
    expect(await notes(where)).toEqual(expected);
  });

  test("ExecuteStatement: without a partition key, everything is read and filtered", async () => {
    expect((await notes("WHERE kind = 'even' OR sk = 3")).sort()).toEqual(["a2", "a3", "b2", "b3"]);
    expect(await notes("")).toHaveLength(6);
  });

  test("ExecuteStatement: reads indexes, local ones with what they do not keep", async () => {
    expect(await run(`SELECT note, sk FROM "pair"."by-rank" WHERE pk = 'a' AND rank >= 8`)).toEqual(
      [
        { note: S("a2"), sk: N(2) },
        { note: S("a1"), sk: N(1) },
      ],
    );
    const even = await run(`SELECT * FROM "pair"."by-kind" WHERE kind = 'even'`);
    expect(even).toHaveLength(2);
    expect(Object.keys(even[0] ?? {}).sort()).toEqual(["kind", "pk", "sk"]);
    expect((await refused(`SELECT note, kind FROM "pair"."by-kind"`)).message).toBe(
      "One or more parameter values were invalid: " +
        "Global secondary index by-kind does not project [note]",
    );
    expect((await refused(`SELECT * FROM "pair"."nope"`)).message).toBe(
      "The table does not have the specified index: nope",
    );
  });

  test("ExecuteStatement: names what it selects for its last step", async () => {
    await fixture.put("plain", {
      pk: S("x"),
      m: { M: { inside: { M: { v: N(1) } } } },
      l: { L: [S("one"), S("two")] },
    });
    expect(await run(`SELECT m.inside.v, l[1], nope FROM plain WHERE pk = 'x'`)).toEqual([
      { v: N(1), "l[1]": S("two") },
    ]);
  });

  test("ExecuteStatement: goes on where it stopped, across partitions", async () => {
    const Statement = `SELECT note FROM pair WHERE pk IN ['b', 'a'] ORDER BY pk, sk DESC`;
    const pages: (readonly (string | undefined)[])[] = [];
    let NextToken: string | undefined;
    do {
      const page = await fixture.call("ExecuteStatement", { Statement, Limit: 2, NextToken });
      pages.push((page.Items ?? []).map(({ note }) => note?.S));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(pages.flat()).toEqual(["a3", "a2", "a1", "b3", "b2", "b1"]);
    expect(pages.slice(0, 3).every((page) => page.length === 2 || page.length === 1)).toBe(true);
    const foreign = { Statement: "SELECT note FROM pair", NextToken: "AAAA" };
    expect(await fixture.refused("ExecuteStatement", foreign)).toMatchObject({
      code: "ValidationException",
    });
  });

  test("ExecuteStatement: a token belongs to its statement", async () => {
    const first = await fixture.call("ExecuteStatement", {
      Statement: "SELECT * FROM pair WHERE pk = 'a'",
      Limit: 1,
    });
    expect(first.LastEvaluatedKey).toEqual({ pk: S("a"), sk: N(1) });
    const other = await fixture.refused("ExecuteStatement", {
      Statement: "SELECT * FROM pair WHERE pk = 'b'",
      NextToken: first.NextToken,
    });
    expect(other.message).toContain("NextToken");
  });

  test("ExecuteStatement: says what it consumed", async () => {
    const consumed = async (Statement: string, ConsistentRead?: boolean) =>
      (
        await fixture.call("ExecuteStatement", {
          Statement,
          ConsistentRead,
          ReturnConsumedCapacity: "INDEXES",
        })
      ).ConsumedCapacity;
    expect(await consumed("SELECT * FROM pair WHERE pk = 'a' AND sk = 1")).toMatchObject({
      TableName: "pair",
      CapacityUnits: 0.5,
    });
    expect(await consumed("SELECT * FROM pair WHERE pk IN ['a', 'b']", true)).toMatchObject({
      CapacityUnits: 2,
    });
    expect(await consumed(`SELECT * FROM "pair"."by-kind" WHERE kind = 'odd'`)).toMatchObject({
      CapacityUnits: 0.5,
      GlobalSecondaryIndexes: { "by-kind": { CapacityUnits: 0.5 } },
    });
    expect(await consumed("DELETE FROM pair WHERE pk = 'a' AND sk = 1")).toMatchObject({
      CapacityUnits: 3,
      Table: { CapacityUnits: 1 },
    });
  });

  test.each([
    [
      "WHERE pk = 'a' AND note = '1' OR pk = 'a' AND sk = 2",
      "Overlapping conditions with range keys are not supported in where clause",
    ],
    [
      "WHERE pk = 'a' AND note < true",
      "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL",
    ],
    [
      "WHERE pk = 'a' AND note BETWEEN true AND false",
      "Incorrect operand type for operator or function; operator or function: BETWEEN, operand type: BOOL",
    ],
    [
      "WHERE attribute_exists('note')",
      "Operator or function requires a document path; operator or function: attribute_exists",
    ],
    [
      "WHERE attribute_exists()",
      "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 0",
    ],
    ["WHERE EXISTS(note)", "Unrecognized function: exists at 1:31:6"],
    ["WHERE set_add(a, <<'x'>>) = a", "Unrecognized function: set_add at 1:31:7"],
    ["ORDER BY sk", "Must have WHERE clause in the statement when using ORDER BY clause."],
    [
      "WHERE note = 'a' ORDER BY sk",
      "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.",
    ],
    [
      "WHERE pk = 'a' ORDER BY note",
      "Variable reference note in ORDER BY clause must be part of the primary key",
    ],
    [
      "WHERE pk = 1",
      "One or more parameter values were invalid: Condition parameter type does not match schema type",
    ],
  ])("ExecuteStatement: refuses %s", async (where, message) => {
    expect(await refused(`SELECT note FROM "pair" ${where}`)).toMatchObject({
      code: "ValidationException",
      message,
    });
  });

  test("ExecuteStatement: a table that is not there is not found", async () => {
    expect(await refused("SELECT * FROM nowhere")).toMatchObject({
      code: "ResourceNotFoundException",
      message: "Requested resource not found",
    });
  });
});
