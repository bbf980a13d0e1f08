/** PartiQL in batches and transactions. Messages are those of recorded answers of AWS. */
import { beforeEach, describe, expect, test } from "vitest";
import type { AttributeValue } from "../../../languages/dynamodb/attribute-value.ts";
import { createDynamoDbFixture, type DynamoDbFixture } from "../../../testing/dynamodb-fixture.ts";

let fixture: DynamoDbFixture;

beforeEach(async () => {
  fixture = createDynamoDbFixture();
  await fixture.table("plain", "pk");
  await fixture.put("plain", { pk: S("x"), n: N(1) }, { pk: S("y"), n: N(2) });
});

const S = (text: string): AttributeValue => ({ S: text });
const N = (number: number): AttributeValue => ({ N: String(number) });
const all = (...texts: readonly string[]) => texts.map((Statement) => ({ Statement }));

const batch = async (...texts: readonly string[]) =>
  (await fixture.call("BatchExecuteStatement", { Statements: all(...texts) })).Responses;

const transact = (...texts: readonly string[]) =>
  fixture.call("ExecuteTransaction", { TransactStatements: all(...texts) });

const canceled = (...texts: readonly string[]) =>
  fixture.refused("ExecuteTransaction", { TransactStatements: all(...texts) });

describe("BatchExecuteStatement", () => {
  test("batch: each statement has its own answer", async () => {
    expect(
      await batch(
        "SLECT * FROM plain",
        "SELECT n FROM plain WHERE pk = 'x'",
        "SELECT * FROM plain WHERE pk = 'nobody'",
        "SELECT * FROM plain WHERE n = 1",
        "SELECT * FROM nowhere WHERE pk = 'x'",
      ),
    ).toMatchObject([
      {
        Error: {
          Code: "ValidationError",
          Message: "Statement wasn't well formed, can't be processed: Expected data manipulation",
        },
      },
      { TableName: "plain", Item: { n: N(1) } },
      { TableName: "plain" },
      {
        Error: {
          Code: "ValidationError",
          Message:
            "Select statements within BatchExecuteStatement must specify the primary key " +
            "in the where clause.",
        },
      },
      { Error: { Code: "ResourceNotFound" } },
    ]);
  });

  test("batch: writes fail one by one, and name their table once they had it", async () => {
    expect(
      await batch(
        "INSERT INTO plain VALUE {'pk': 'x'}",
        "UPDATE plain SET n = 5 WHERE pk = 'x' AND n = 9",
        "UPDATE plain SET n = 6 WHERE pk = 'y' RETURNING ALL NEW *",
        "DELETE FROM plain WHERE n = 1",
        "INSERT INTO plain VALUE {'pk': 'z'}",
      ),
    ).toEqual([
      {
        TableName: "plain",
        Error: { Code: "DuplicateItem", Message: "Duplicate primary key exists in table" },
      },
      {
        TableName: "plain",
        Error: { Code: "ConditionalCheckFailed", Message: "The conditional request failed" },
      },
      { TableName: "plain", Item: { pk: S("y"), n: N(6) } },
      {
        Error: {
          Code: "ValidationError",
          Message: "Where clause does not contain a mandatory equality on all key attributes",
        },
      },
      { TableName: "plain" },
    ]);
    expect(await fixture.get("plain", { pk: S("z") })).toEqual({ pk: S("z") });
  });

  test("batch: consumes what its members do", async () => {
    const { ConsumedCapacity } = await fixture.call("BatchExecuteStatement", {
      Statements: [
        { Statement: "SELECT * FROM plain WHERE pk = 'x'" },
        { Statement: "SELECT * FROM plain WHERE pk = 'y'", ConsistentRead: true },
      ],
      ReturnConsumedCapacity: "TOTAL",
    });
    expect(ConsumedCapacity).toEqual([{ TableName: "plain", CapacityUnits: 1.5 }]);
  });
});

describe("ExecuteTransaction", () => {
  test("transaction: writes all or nothing", async () => {
    const answer = await transact(
      "UPDATE plain SET n = 10 WHERE pk = 'x'",
      "INSERT INTO plain VALUE {'pk': 'z'}",
      "EXISTS(SELECT * FROM plain WHERE pk = 'y' AND n = 2)",
    );
    expect(answer.Responses).toEqual([]);
    const failed = await canceled(
      "UPDATE plain SET n = 11 WHERE pk = 'x'",
      "INSERT INTO plain VALUE {'pk': 'z'}",
      "EXISTS(SELECT * FROM plain WHERE pk = 'y' AND n = 3)",
    );
    expect(failed).toMatchObject({
      code: "TransactionCanceledException",
      members: {
        CancellationReasons: [
          { Code: "None" },
          { Code: "DuplicateItem", Message: "Duplicate primary key exists in table" },
          { Code: "ConditionalCheckFailed" },
        ],
      },
    });
    expect(await fixture.get("plain", { pk: S("x") })).toEqual({ pk: S("x"), n: N(10) });
  });

  test("transaction: reads one item each", async () => {
    const answer = await fixture.call("ExecuteTransaction", {
      TransactStatements: all(
        "SELECT n FROM plain WHERE pk = 'x'",
        "SELECT * FROM plain WHERE pk = 'nobody'",
      ),
      ReturnConsumedCapacity: "TOTAL",
    });
    expect(answer).toEqual({
      Responses: [{ Item: { n: N(1) } }, {}],
      ConsumedCapacity: [{ TableName: "plain", CapacityUnits: 4, ReadCapacityUnits: 4 }],
    });
  });

  test("transaction: a token is carried out once, for one request", async () => {
    const request = {
      TransactStatements: all("UPDATE plain SET n = n + 1 WHERE pk = 'x'"),
      ClientRequestToken: "token",
    };
    await fixture.call("ExecuteTransaction", request);
    await fixture.call("ExecuteTransaction", request);
    expect(await fixture.get("plain", { pk: S("x") })).toMatchObject({ n: N(2) });
    const other = { ...request, TransactStatements: all("UPDATE plain SET n = 0 WHERE pk = 'x'") };
    expect(await fixture.refused("ExecuteTransaction", other)).toMatchObject({
      code: "IdempotentParameterMismatchException",
    });
  });

  test.each([
    [
      ["SELECT * FROM plain WHERE"],
      "Validation failed in TransactStatements[0]: " +
        "Statement wasn't well formed, can't be processed: Unexpected term",
    ],
    [
      ["SELECT * FROM plain WHERE pk = 'x' AND attribute_exists(n)"],
      "Validation failed in TransactStatements[0]: Select statements within ExecuteTransaction " +
        "must specify the primary key in the where clause.",
    ],
    [
      ["UPDATE plain SET z = 1 WHERE pk = 'a'", "EXISTS(SELECT * FROM plain WHERE pk = 'x')"],
      "Validation failed in TransactStatements[1]: " +
        "EXISTS() must contain a single item read with additional condition",
    ],
    [
      ["UPDATE plain SET z = 1 WHERE pk = 'x'", "DELETE FROM plain WHERE pk = 'x'"],
      "Transaction request cannot include multiple operations on one item",
    ],
  ])("transaction: refuses %s", async (texts, message) => {
    expect(await canceled(...texts)).toMatchObject({ code: "ValidationException", message });
  });
});
