import { beforeEach, describe, expect, test } from "vitest";
import type { Attributes } from "../../languages/dynamodb/attribute-value.ts";
import { createDynamoDbFixture, type DynamoDbFixture } from "../../testing/dynamodb-fixture.ts";
import type { TransactWriteItem } from "../../wire/models/dynamodb.gen.ts";

let db: DynamoDbFixture;

beforeEach(async () => {
  db = createDynamoDbFixture();
  await db.table("things", "id");
  await db.table("others", "id");
});

const key = (id: string): Attributes => ({ id: { S: id } });
const put = (id: string, more: Attributes = {}, condition?: string): TransactWriteItem => ({
  Put: { TableName: "things", Item: { ...key(id), ...more }, ConditionExpression: condition },
});
const write = (TransactItems: readonly TransactWriteItem[], more: object = {}) =>
  db.call("TransactWriteItems", { TransactItems, ...more });
const refused = (TransactItems: readonly TransactWriteItem[]) =>
  db.refused("TransactWriteItems", { TransactItems });
const add = (id: string, value: Attributes["x"]): TransactWriteItem => ({
  Update: {
    TableName: "things",
    Key: key(id),
    UpdateExpression: "ADD n :v",
    ExpressionAttributeValues: { ":v": value ?? {} },
  },
});

describe("transact write", () => {
  test("transact write: carries out every kind of action over several tables", async () => {
    await db.put("things", { ...key("a"), n: { N: "1" } }, key("gone"));
    await db.put("others", { ...key("guard"), state: { S: "open" } });
    const output = await write(
      [
        put("new"),
        add("a", { N: "2" }),
        { Delete: { TableName: "things", Key: key("gone") } },
        {
          ConditionCheck: {
            TableName: "others",
            Key: key("guard"),
            ConditionExpression: "#s = :s",
            ExpressionAttributeNames: { "#s": "state" },
            ExpressionAttributeValues: { ":s": { S: "open" } },
          },
        },
      ],
      { ReturnConsumedCapacity: "TOTAL" },
    );
    expect(output.ConsumedCapacity).toEqual([
      { TableName: "things", CapacityUnits: 6, WriteCapacityUnits: 6 },
      { TableName: "others", CapacityUnits: 2, WriteCapacityUnits: 2 },
    ]);
    expect(await db.get("things", key("a"))).toMatchObject({ n: { N: "3" } });
    expect(await db.get("things", key("new"))).toEqual(key("new"));
    expect(await db.get("things", key("gone"))).toBeUndefined();
  });

  test("transact write: all or nothing, with the reasons in order", async () => {
    await db.put("things", { ...key("a"), t: { S: "text" } }, key("b"));
    const error = await refused([
      put("new"),
      put("b", {}, "attribute_not_exists(id)"),
      {
        Put: {
          TableName: "things",
          Item: key("a"),
          ConditionExpression: "attribute_not_exists(id)",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        },
      },
      {
        Update: {
          TableName: "things",
          Key: key("c"),
          UpdateExpression: "SET x = nowhere",
        },
      },
      { Delete: { TableName: "things", Key: { id: { N: "1" } } } },
      { Put: { TableName: "things", Item: { id: { N: "1" } } } },
    ]);
    expect(error).toMatchObject({
      code: "TransactionCanceledException",
      message:
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed, ValidationError, ValidationError, ValidationError]",
      members: {
        CancellationReasons: [
          { Code: "None" },
          { Code: "ConditionalCheckFailed", Message: "The conditional request failed" },
          {
            Code: "ConditionalCheckFailed",
            Message: "The conditional request failed",
            Item: { ...key("a"), t: { S: "text" } },
          },
          {
            Code: "ValidationError",
            Message:
              "The provided expression refers to an attribute that does not exist in the item",
          },
          {
            Code: "ValidationError",
            Message: "The provided key element does not match the schema",
          },
          {
            Code: "ValidationError",
            Message:
              "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N",
          },
        ],
      },
    });
    expect(await db.get("things", key("new"))).toBeUndefined();
  });

  test.each<[string, readonly TransactWriteItem[], string]>([
    [
      "an item twice",
      [put("a"), { Delete: { TableName: "things", Key: key("a") } }],
      "Transaction request cannot include multiple operations on one item",
    ],
    [
      "two actions in one",
      [{ ...put("a"), Delete: { TableName: "things", Key: key("b") } }],
      "TransactItems can only contain one of Check, Put, Update or Delete",
    ],
    [
      "an empty key",
      [put("")],
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id",
    ],
    [
      "a malformed number",
      [add("a", { N: "abc" })],
      "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: abc for key :v",
    ],
    [
      "an item that is too large",
      [put("a", { t: { S: "x".repeat(409_600) } })],
      "Item size has exceeded the maximum allowed size",
    ],
  ])("transact write: refuses %s up front", async (_, items, message) => {
    expect(await refused(items)).toMatchObject({ code: "ValidationException", message });
  });

  test("transact write: refuses a missing table", async () => {
    const items = [{ Delete: { TableName: "nothing", Key: key("a") } }];
    expect(await refused(items)).toMatchObject({
      code: "ResourceNotFoundException",
      message: "Requested resource not found",
    });
  });

  test("transact write: an update that grows too large cancels", async () => {
    await db.put("things", { ...key("a"), t: { S: "x".repeat(409_000) } });
    const error = await refused([
      {
        Update: {
          TableName: "things",
          Key: key("a"),
          UpdateExpression: "SET u = :u",
          ExpressionAttributeValues: { ":u": { S: "x".repeat(1_000) } },
        },
      },
    ]);
    expect(error).toMatchObject({
      members: {
        CancellationReasons: [
          { Message: "Item size to update has exceeded the maximum allowed size" },
        ],
      },
    });
  });

  test("transact write: refuses items of more than four megabytes together", async () => {
    const items = Array.from({ length: 11 }, (_, count) =>
      put(String(count), { t: { S: "x".repeat(400_000) } }),
    );
    expect(await refused(items)).toMatchObject({ code: "ValidationException" });
    await write(items.slice(0, 10));
  });

  test("transact write: a token makes it happen once, for ten minutes", async () => {
    const items = [add("a", { N: "1" })];
    const send = (more: object = {}) => write(items, { ClientRequestToken: "token", ...more });
    await send();
    await send();
    expect(await db.get("things", key("a"))).toMatchObject({ n: { N: "1" } });
    expect(
      await db.refused("TransactWriteItems", {
        TransactItems: [add("a", { N: "2" })],
        ClientRequestToken: "token",
      }),
    ).toMatchObject({ code: "IdempotentParameterMismatchException" });
    await db.clock.advance(10 * 60_000);
    await send();
    expect(await db.get("things", key("a"))).toMatchObject({ n: { N: "2" } });
  });

  test("transact write: a canceled transaction may be sent again with its token", async () => {
    const items = [put("a", {}, "attribute_exists(id)")];
    const send = () => write(items, { ClientRequestToken: "token" });
    await expect(send()).rejects.toMatchObject({ code: "TransactionCanceledException" });
    await db.put("things", { ...key("a"), x: { S: "x" } });
    await send();
    expect(await db.get("things", key("a"))).toEqual(key("a"));
  });
});

describe("transact get", () => {
  test("transact get: items in order, nothing for what is missing", async () => {
    await db.put("things", { ...key("a"), x: { S: "x" }, y: { S: "y" } });
    await db.put("others", key("b"));
    const output = await db.call("TransactGetItems", {
      TransactItems: [
        { Get: { TableName: "others", Key: key("b") } },
        { Get: { TableName: "things", Key: key("missing") } },
        { Get: { TableName: "things", Key: key("a"), ProjectionExpression: "x" } },
      ],
      ReturnConsumedCapacity: "TOTAL",
    });
    expect(output).toEqual({
      Responses: [{ Item: key("b") }, {}, { Item: { x: { S: "x" } } }],
      ConsumedCapacity: [
        { TableName: "others", CapacityUnits: 2, ReadCapacityUnits: 2 },
        { TableName: "things", CapacityUnits: 4, ReadCapacityUnits: 4 },
      ],
    });
  });

  test("transact get: refuses an item twice, cancels for a key that does not fit", async () => {
    const get = (Key: Attributes) => ({ Get: { TableName: "things", Key } });
    expect(
      await db.refused("TransactGetItems", { TransactItems: [get(key("a")), get(key("a"))] }),
    ).toMatchObject({
      message: "Transaction request cannot include multiple operations on one item",
    });
    expect(
      await db.refused("TransactGetItems", {
        TransactItems: [get(key("a")), get({ id: { N: "1" } })],
      }),
    ).toMatchObject({
      code: "TransactionCanceledException",
      message:
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ValidationError]",
    });
  });
});
