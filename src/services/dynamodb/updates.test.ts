import { beforeEach, describe, expect, test } from "vitest";
import type { Attributes } from "../../languages/dynamodb/attribute-value.ts";
import { createDynamoDbFixture, type DynamoDbFixture } from "../../testing/dynamodb-fixture.ts";

let db: DynamoDbFixture;
const Key = { id: { S: "a" } };

beforeEach(async () => {
  db = createDynamoDbFixture();
  await db.table("things", "id");
});

interface Request {
  readonly update?: string;
  readonly condition?: string;
  readonly values?: Attributes;
  readonly names?: Readonly<Record<string, string>>;
  readonly returns?: string;
}

const inputOf = ({ update, condition, values, names, returns }: Request) => ({
  TableName: "things",
  Key,
  UpdateExpression: update,
  ConditionExpression: condition,
  ExpressionAttributeValues: values,
  ExpressionAttributeNames: names,
  ReturnValues: returns,
});
const update = (request: Request) => db.call("UpdateItem", inputOf(request));
const refused = (request: Request) => db.refused("UpdateItem", inputOf(request));

describe("update", () => {
  test("update: creates the item, with its key alone when nothing else is said", async () => {
    await update({});
    expect(await db.get("things", Key)).toEqual(Key);
    await update({ update: "ADD hits :one", values: { ":one": { N: "1" } } });
    await update({ update: "ADD hits :one", values: { ":one": { N: "1" } } });
    expect(await db.get("things", Key)).toEqual({ ...Key, hits: { N: "2" } });
  });

  test("update: returns the item or its changed part, before or after", async () => {
    await db.put("things", { ...Key, a: { M: { x: { N: "1" }, y: { N: "2" } } }, b: { S: "b" } });
    const request = (value: string, returns: string) =>
      update({ update: "SET a.x = :v, c = :v REMOVE b", values: { ":v": { N: value } }, returns });
    expect((await request("5", "UPDATED_OLD")).Attributes).toEqual({
      a: { M: { x: { N: "1" } } },
      b: { S: "b" },
    });
    expect((await request("6", "UPDATED_NEW")).Attributes).toEqual({
      a: { M: { x: { N: "6" } } },
      c: { N: "6" },
    });
    expect((await request("7", "ALL_OLD")).Attributes).toMatchObject({ c: { N: "6" } });
    expect((await request("8", "ALL_NEW")).Attributes).toEqual({
      ...Key,
      a: { M: { x: { N: "8" }, y: { N: "2" } } },
      c: { N: "8" },
    });
    expect(await request("9", "NONE")).toEqual({});
    expect(await update({ update: "REMOVE zz", returns: "UPDATED_NEW" })).toEqual({});
  });

  test("update: leaves the item alone when the condition fails", async () => {
    await db.put("things", { ...Key, v: { N: "1" } });
    const request = { update: "SET v = v + :one", values: { ":one": { N: "1" } } };
    const optimistic = { ...request, condition: "v = :one" };
    expect((await update({ ...optimistic, returns: "UPDATED_NEW" })).Attributes).toEqual({
      v: { N: "2" },
    });
    expect(await refused(optimistic)).toMatchObject({ code: "ConditionalCheckFailedException" });
    expect(await db.get("things", Key)).toMatchObject({ v: { N: "2" } });
  });

  test.each([
    [
      { update: "SET id = :v", values: { ":v": { S: "b" } } },
      "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key",
    ],
    [
      { update: "SET a.b = :v", values: { ":v": { S: "b" } } },
      "The document path provided in the update expression is invalid for update",
    ],
    [
      { update: "SET a = nowhere" },
      "The provided expression refers to an attribute that does not exist in the item",
    ],
    [
      { update: "SET a = t + :v", values: { ":v": { N: "1" } } },
      "An operand in the update expression has an incorrect data type",
    ],
    [
      { update: "ADD t :v", values: { ":v": { N: "1" } } },
      "An operand in the update expression has an incorrect data type",
    ],
    [
      { update: "SET n = n + :v", values: { ":v": { N: "9e125" } } },
      "Number overflow. Attempting to store a number with magnitude larger than supported range",
    ],
    [
      { update: "SET a = :v", condition: "b = :w", values: { ":v": { S: "x" } } },
      "1 validation error detected: Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :w",
    ],
    [
      { update: "" },
      "1 validation error detected: Invalid UpdateExpression: The expression can not be empty;",
    ],
  ])("update: refuses %j", async (request, message) => {
    await db.put("things", { ...Key, t: { S: "text" }, n: { N: "9e125" } });
    expect(await refused(request)).toMatchObject({ code: "ValidationException", message });
  });

  test("update: an item grows up to 409,600 bytes and not beyond", async () => {
    await db.put("things", { ...Key, t: { S: "x".repeat(400_000) } });
    const grow = (bytes: number) => ({
      update: "SET u = :u",
      values: { ":u": { S: "x".repeat(bytes) } },
    });
    await update(grow(409_600 - 400_000 - 5));
    expect(await refused(grow(409_600 - 400_000 - 4))).toMatchObject({
      message: "Item size to update has exceeded the maximum allowed size",
    });
  });
});
