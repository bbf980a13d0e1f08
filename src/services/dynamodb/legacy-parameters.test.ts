import { beforeEach, describe, expect, test } from "vitest";
import type { Attributes } from "../../languages/dynamodb/attribute-value.ts";
import { createDynamoDbFixture, type DynamoDbFixture } from "../../testing/dynamodb-fixture.ts";
import type {
  AttributeValueUpdate,
  Condition,
  ExpectedAttributeValue,
} from "../../wire/models/dynamodb.gen.ts";

let db: DynamoDbFixture;
const Key = { id: { S: "a" } };
const ITEM: Attributes = {
  ...Key,
  n: { N: "5" },
  t: { S: "hello" },
  s: { SS: ["x", "y"] },
  l: { L: [{ S: "one" }] },
};

beforeEach(async () => {
  db = createDynamoDbFixture();
  await db.table("things", "id");
  await db.table("lines", "pk sk:N");
  await db.put("things", ITEM);
});

const N = (value: string) => ({ N: value });
const S = (value: string) => ({ S: value });

describe("conditions", () => {
  const scan = async (ScanFilter: Record<string, Condition>, ConditionalOperator?: string) => {
    const input = { TableName: "things", ScanFilter, ConditionalOperator };
    return (await db.call("Scan", input)).Count === 1;
  };

  test.each<[string, string, Condition["AttributeValueList"], boolean]>([
    ["n", "EQ", [N("5.0")], true],
    ["n", "NE", [N("5")], false],
    ["nowhere", "NE", [N("5")], true],
    ["n", "LT", [N("6")], true],
    ["n", "LE", [N("4")], false],
    ["n", "GT", [N("4")], true],
    ["n", "GE", [N("6")], false],
    ["n", "BETWEEN", [N("5"), N("6")], true],
    ["n", "IN", [N("1"), N("5")], true],
    ["n", "NULL", [], false],
    ["nowhere", "NULL", undefined, true],
    ["n", "NOT_NULL", [], true],
    ["t", "CONTAINS", [S("ell")], true],
    ["s", "CONTAINS", [S("x")], true],
    ["s", "NOT_CONTAINS", [S("x")], false],
    ["l", "CONTAINS", [S("one")], true],
    ["t", "BEGINS_WITH", [S("hel")], true],
  ])("filter: %s %s %j", async (name, ComparisonOperator, AttributeValueList, expected) => {
    expect(await scan({ [name]: { ComparisonOperator, AttributeValueList } })).toBe(expected);
  });

  test("filter: all conditions, or one of them", async () => {
    const filter = {
      n: { ComparisonOperator: "EQ", AttributeValueList: [N("5")] },
      t: { ComparisonOperator: "EQ", AttributeValueList: [S("bye")] },
    };
    expect(await scan(filter)).toBe(false);
    expect(await scan(filter, "AND")).toBe(false);
    expect(await scan(filter, "OR")).toBe(true);
  });

  const BAD = "One or more parameter values were invalid: ";
  test.each<[object, string]>([
    [
      { ScanFilter: { n: { ComparisonOperator: "EQ" } } },
      `${BAD}Invalid number of argument(s) for the EQ ComparisonOperator`,
    ],
    [
      { ScanFilter: { n: { ComparisonOperator: "LT", AttributeValueList: [{ BOOL: true }] } } },
      `${BAD}ComparisonOperator LT is not valid for BOOL AttributeValue type`,
    ],
    [
      {
        ScanFilter: {
          n: { ComparisonOperator: "BETWEEN", AttributeValueList: [N("2"), N("1")] },
        },
      },
      "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
    ],
    [
      {
        ScanFilter: { n: { ComparisonOperator: "NULL" } },
        ConditionalOperator: "OR",
      },
      "ConditionalOperator can only be used when Filter or Expected has two or more elements",
    ],
    [
      { ConditionalOperator: "OR" },
      "ConditionalOperator cannot be used without Filter or Expected",
    ],
    [
      { ScanFilter: {}, ProjectionExpression: "n" },
      "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {ScanFilter} Expression parameters: {ProjectionExpression}",
    ],
  ])("scan: refuses %j", async (more, message) => {
    expect(await db.refused("Scan", { TableName: "things", ...more })).toMatchObject({ message });
  });
});

describe("expected", () => {
  const put = (Expected: Record<string, ExpectedAttributeValue>) => ({
    TableName: "things",
    Item: ITEM,
    Expected,
  });

  test.each<[Record<string, ExpectedAttributeValue>, boolean]>([
    [{ n: { Value: N("5") } }, true],
    [{ n: { Value: N("5"), Exists: true } }, true],
    [{ n: { Value: N("6") } }, false],
    [{ n: { Exists: false } }, false],
    [{ nowhere: { Exists: false } }, true],
    [{ n: { ComparisonOperator: "GT", Value: N("4") } }, true],
    [{ n: { ComparisonOperator: "GT", AttributeValueList: [N("5")] } }, false],
    [{ nowhere: { ComparisonOperator: "NULL" } }, true],
  ])("expected: %j", async (expected, holds) => {
    const input = put(expected);
    if (holds) {
      await db.call("PutItem", input);
    } else {
      expect(await db.refused("PutItem", input)).toMatchObject({
        code: "ConditionalCheckFailedException",
      });
    }
  });

  const BAD = "1 validation error detected: One or more parameter values were invalid: ";
  test.each<[ExpectedAttributeValue, string]>([
    [{ Exists: true }, "Value must be provided when Exists is true"],
    [{}, "Value must be provided when Exists is null"],
    [{ Exists: false, Value: N("1") }, "Value cannot be used when Exists is false"],
    [
      { ComparisonOperator: "EQ" },
      "Value or AttributeValueList must be used with ComparisonOperator: EQ",
    ],
    [
      { ComparisonOperator: "EQ", Value: N("1"), AttributeValueList: [N("1")] },
      "Value and AttributeValueList cannot be used together",
    ],
    [
      { ComparisonOperator: "EQ", Exists: true },
      "Exists and ComparisonOperator cannot be used together",
    ],
    [
      { AttributeValueList: [N("1")] },
      "AttributeValueList can only be used with a ComparisonOperator",
    ],
  ])("expected: refuses %j", async (expected, detail) => {
    expect(await db.refused("PutItem", put({ a: expected }))).toMatchObject({
      code: "ValidationException",
      message: `${BAD}${detail} for Attribute: a`,
    });
  });
});

describe("attribute updates", () => {
  const update = async (AttributeUpdates: Record<string, AttributeValueUpdate>) => {
    await db.call("UpdateItem", { TableName: "things", Key, AttributeUpdates });
    return db.get("things", Key);
  };

  test("attribute updates: put, add, delete", async () => {
    expect(
      await update({
        n: { Action: "ADD", Value: N("2") },
        t: { Action: "DELETE" },
        s: { Action: "DELETE", Value: { SS: ["x"] } },
        l: { Action: "ADD", Value: { L: [S("two")] } },
        more: { Value: S("put") },
        list: { Action: "ADD", Value: { L: [S("new")] } },
      }),
    ).toEqual({
      ...Key,
      n: N("7"),
      s: { SS: ["y"] },
      l: { L: [S("one"), S("two")] },
      more: S("put"),
      list: { L: [S("new")] },
    });
  });

  const BAD = "1 validation error detected: One or more parameter values were invalid: ";
  test.each<[AttributeValueUpdate, string]>([
    [{ Action: "PUT" }, "Only DELETE action is allowed when no attribute value is specified"],
    [{ Action: "ADD", Value: S("x") }, "ADD action is not supported for the type S"],
    [{ Action: "DELETE", Value: N("1") }, "DELETE action is not supported for the type N"],
  ])("attribute updates: refuses %j", async (attributeUpdate, detail) => {
    const input = { TableName: "things", Key, AttributeUpdates: { a: attributeUpdate } };
    expect(await db.refused("UpdateItem", input)).toMatchObject({ message: BAD + detail });
  });
});

describe("key conditions", () => {
  beforeEach(async () => {
    for (const sk of ["1", "2", "10"]) {
      await db.put("lines", { pk: S("p"), sk: N(sk), even: { BOOL: Number(sk) % 2 === 0 } });
    }
  });

  const query = (sk: Condition | undefined, more: object = {}) => ({
    TableName: "lines",
    KeyConditions: {
      pk: { ComparisonOperator: "EQ", AttributeValueList: [S("p")] },
      ...(sk && { sk }),
    },
    ...more,
  });

  test("key conditions: comparisons and ranges of the sort key", async () => {
    const sks = async (...args: Parameters<typeof query>) =>
      (await db.call("Query", query(...args))).Items?.map(({ sk }) => sk?.N);
    expect(await sks(undefined)).toEqual(["1", "2", "10"]);
    expect(await sks({ ComparisonOperator: "GE", AttributeValueList: [N("2")] })).toEqual([
      "2",
      "10",
    ]);
    const between = { ComparisonOperator: "BETWEEN", AttributeValueList: [N("1"), N("2")] };
    const QueryFilter = {
      even: { ComparisonOperator: "EQ", AttributeValueList: [{ BOOL: true }] },
    };
    expect(await sks(between, { QueryFilter })).toEqual(["2"]);
    expect(await sks(between, { AttributesToGet: ["even"] })).toEqual([undefined, undefined]);
  });

  test("key conditions: refuses what no index can answer", async () => {
    const contains = { ComparisonOperator: "CONTAINS", AttributeValueList: [N("2")] };
    expect(await db.refused("Query", query(contains))).toMatchObject({
      message: "Attempted conditional constraint is not an indexable operation",
    });
    const QueryFilter = { sk: { ComparisonOperator: "EQ", AttributeValueList: [N("2")] } };
    expect(await db.refused("Query", query(undefined, { QueryFilter }))).toMatchObject({
      message: "QueryFilter can only contain non-primary key attributes: Primary key attribute: sk",
    });
  });
});
