import { beforeEach, describe, expect, test } from "vitest";
import { createDynamoDbFixture, type DynamoDbFixture } from "../../testing/dynamodb-fixture.ts";
import { jsonFormOf } from "../../wire/json-form.ts";

let db: DynamoDbFixture;

beforeEach(async () => {
  db = createDynamoDbFixture();
  await db.table("things", "id");
  await db.table("lines", "pk sk:N");
  await db.table("blobs", "id:B");
});

const bytes = (...values: readonly number[]): Uint8Array => Buffer.from(values);

describe("put and get", () => {
  test("put: what was put is returned, numbers canonical", async () => {
    const item = {
      id: { S: "a" },
      n: { N: "0012.50" },
      m: { M: { l: { L: [{ NULL: true }, { BOOL: false }, { N: "1e3" }] } } },
      ss: { SS: ["x", "", "y"] },
      ns: { NS: ["1.0", "-2"] },
      b: { B: bytes(0, 255) },
      bs: { BS: [bytes(1), bytes(2)] },
    };
    await db.put("things", item);
    expect(await db.get("things", { id: { S: "a" } })).toEqual({
      ...item,
      n: { N: "12.5" },
      m: { M: { l: { L: [{ NULL: true }, { BOOL: false }, { N: "1000" }] } } },
      ns: { NS: ["1", "-2"] },
    });
  });

  test("put: replaces the whole item and returns the old one on request", async () => {
    await db.put("things", { id: { S: "a" }, x: { S: "old" } });
    const { Attributes } = await db.call("PutItem", {
      TableName: "things",
      Item: { id: { S: "a" }, y: { S: "new" } },
      ReturnValues: "ALL_OLD",
    });
    expect(Attributes).toEqual({ id: { S: "a" }, x: { S: "old" } });
    expect(await db.get("things", { id: { S: "a" } })).toEqual({ id: { S: "a" }, y: { S: "new" } });
  });

  test("get: an equal number in another form is the same key", async () => {
    await db.put("lines", { pk: { S: "p" }, sk: { N: "1.50" } });
    expect(await db.get("lines", { pk: { S: "p" }, sk: { N: "15e-1" } })).toEqual({
      pk: { S: "p" },
      sk: { N: "1.5" },
    });
  });

  test("get: attribute names of JavaScript's own are names like any other", async () => {
    const item = Object.fromEntries([
      ["id", { S: "a" }],
      ["__proto__", { S: "p" }],
      ["constructor", { M: Object.fromEntries([["__proto__", { N: "1" }]]) }],
    ]);
    await db.put("things", item);
    expect(JSON.stringify(await db.get("things", { id: { S: "a" } }))).toBe(JSON.stringify(item));
    const missing = await db.call("GetItem", {
      TableName: "things",
      Key: { id: { S: "a" } },
      ProjectionExpression: "toString, #c.#p, #p",
      ExpressionAttributeNames: { "#c": "constructor", "#p": "__proto__" },
    });
    expect(JSON.stringify(missing.Item)).toBe(
      '{"constructor":{"M":{"__proto__":{"N":"1"}}},"__proto__":{"S":"p"}}',
    );
  });

  test("get: the JSON form says what the output says, binaries and capacity included", async () => {
    await db.put("things", { id: { S: 'q"\u2603' }, b: { B: bytes(1, 2, 3) } });
    const output = await db.call("GetItem", {
      TableName: "things",
      Key: { id: { S: 'q"\u2603' } },
      ConsistentRead: true,
      ReturnConsumedCapacity: "TOTAL",
    });
    expect(output.Item).toEqual({ id: { S: 'q"\u2603' }, b: { B: bytes(1, 2, 3) } });
    expect(JSON.parse(Buffer.from(jsonFormOf(output) ?? []).toString("utf8"))).toEqual({
      Item: { id: { S: 'q"\u2603' }, b: { B: "AQID" } },
      ConsumedCapacity: { TableName: "things", CapacityUnits: 1 },
    });
  });

  test("get: a projection of nothing that is there is an empty item", async () => {
    await db.put("things", { id: { S: "a" } });
    const Key = { id: { S: "a" } };
    const hit = await db.call("GetItem", { TableName: "things", Key, ProjectionExpression: "zz" });
    expect(hit.Item).toEqual({});
    const miss = await db.call("GetItem", { TableName: "things", Key: { id: { S: "b" } } });
    expect(miss.Item).toBeUndefined();
  });

  test("put and get: a table is also found by its ARN", async () => {
    const arn = "arn:aws:dynamodb:us-east-1:000000000000:table/things";
    await db.put(arn, { id: { S: "a" } });
    expect(await db.get(arn, { id: { S: "a" } })).toEqual({ id: { S: "a" } });
  });
});

describe("keys", () => {
  test.each([
    ["no key", {}, "One or more parameter values were invalid: Missing the key id in the item"],
    [
      "another type",
      { id: { N: "1" } },
      "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N",
    ],
    [
      "an empty key",
      { id: { S: "" } },
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id",
    ],
    [
      "a long key",
      { id: { S: "x".repeat(2049) } },
      "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes",
    ],
  ])("put: refuses an item with %s", async (_, Item, message) => {
    expect(await db.refused("PutItem", { TableName: "things", Item })).toMatchObject({
      code: "ValidationException",
      message,
    });
  });

  test.each([
    [{}],
    [{ id: { N: "1" } }],
    [{ id: { S: "a" }, more: { S: "b" } }],
    [{ other: { S: "a" } }],
  ])("get: refuses the key %j", async (Key) => {
    expect(await db.refused("GetItem", { TableName: "things", Key })).toMatchObject({
      code: "ValidationException",
      message: "The provided key element does not match the schema",
    });
  });

  test("get: refuses an empty binary key", async () => {
    const Key = { id: { B: bytes() } };
    expect(await db.refused("GetItem", { TableName: "blobs", Key })).toMatchObject({
      message:
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty binary value. Key: id",
    });
  });

  test("put: the longest keys fit, zero bytes too", async () => {
    await db.table("longest", "pk:B sk:B");
    const item = {
      pk: { B: Buffer.alloc(2048) },
      sk: { B: Buffer.alloc(1024) },
    };
    await db.put("longest", item);
    expect(await db.get("longest", item)).toEqual(item);
    const Item = { ...item, sk: { B: Buffer.alloc(1025) } };
    expect(await db.refused("PutItem", { TableName: "longest", Item })).toMatchObject({
      message:
        "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
    });
  });

  test.each(["GetItem", "DeleteItem"] as const)(
    "%s: refuses a missing table",
    async (operation) => {
      const input = { TableName: "nothing", Key: { id: { S: "a" } } };
      expect(await db.refused(operation, input)).toMatchObject({
        code: "ResourceNotFoundException",
        message: "Requested resource not found",
      });
    },
  );
});

describe("values", () => {
  const put = (value: object) =>
    db.refused("PutItem", { TableName: "things", Item: { id: { S: "a" }, value } });
  const one = (message: string): string => `1 validation error detected: ${message}`;
  const invalid = (detail: string): string =>
    one(`One or more parameter values were invalid: ${detail}`);

  test.each([
    [{ N: "abc" }, one("The parameter cannot be converted to a numeric value: abc")],
    [{ N: "" }, one("The parameter cannot be converted to a numeric value: ")],
    [
      { N: "1e126" },
      one(
        "Number overflow. Attempting to store a number with magnitude larger than supported range",
      ),
    ],
    [
      { N: "-1e-131" },
      one(
        "Number underflow. Attempting to store a number with magnitude smaller than supported range",
      ),
    ],
    [
      { N: "1234567890123456789012345678901234567890" },
      one("Attempting to store more than 38 significant digits in a Number"),
    ],
    [{ SS: [] }, invalid("An string set  may not be empty")],
    [{ NS: [] }, invalid("An number set  may not be empty")],
    [{ BS: [] }, invalid("Binary sets should not be empty")],
    [{ SS: ["b", "a", "b"] }, invalid('Input collection ["a", "b", "b"] contains duplicates.')],
    [{ NS: ["1", "1.0"] }, invalid("Input collection contains duplicates.")],
    [
      { BS: [bytes(255), bytes(0), bytes(0)] },
      invalid('Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.'),
    ],
    [{ NULL: false }, invalid("Null attribute value types must have the value of true")],
    [
      {},
      one("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
    ],
    [
      { S: "a", N: "1" },
      one(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
      ),
    ],
  ])("put: refuses %j", async (value, message) => {
    expect(await put(value)).toMatchObject({ code: "ValidationException", message });
  });

  test("put: 409,600 bytes are an item, one more are not", async () => {
    const item = (bytesOfText: number) => ({ id: { S: "a" }, t: { S: "x".repeat(bytesOfText) } });
    await db.put("things", item(409_600 - 4));
    expect(
      await db.refused("PutItem", { TableName: "things", Item: item(409_600 - 3) }),
    ).toMatchObject({ message: "Item size has exceeded the maximum allowed size" });
  });

  test("put: 32 levels are accepted, 33 are not", async () => {
    const nested = (wraps: number): object =>
      wraps === 0 ? { S: "leaf" } : { M: { n: nested(wraps - 1) } };
    await db.put("things", { id: { S: "a" }, deep: nested(31) });
    expect(await put(nested(32))).toMatchObject({
      message: one(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
      ),
    });
  });
});

describe("conditions", () => {
  test("put: a condition on a missing item", async () => {
    const input = {
      TableName: "things",
      Item: { id: { S: "a" }, x: { N: "1" } },
      ConditionExpression: "attribute_not_exists(id)",
    };
    await db.call("PutItem", input);
    const failure = await db.refused("PutItem", {
      ...input,
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    expect(failure).toMatchObject({
      code: "ConditionalCheckFailedException",
      message: "The conditional request failed",
      members: { Item: { id: { S: "a" }, x: { N: "1" } } },
    });
    expect((await db.refused("PutItem", input)).members).toEqual({});
  });

  test("delete: only when the condition holds, and returns the item", async () => {
    await db.put("things", { id: { S: "a" }, state: { S: "open" } });
    const input = {
      TableName: "things",
      Key: { id: { S: "a" } },
      ConditionExpression: "#s = :s",
      ExpressionAttributeNames: { "#s": "state" },
      ReturnValues: "ALL_OLD",
    };
    const wrong = { ...input, ExpressionAttributeValues: { ":s": { S: "closed" } } };
    expect(await db.refused("DeleteItem", wrong)).toMatchObject({
      code: "ConditionalCheckFailedException",
    });
    const right = { ...input, ExpressionAttributeValues: { ":s": { S: "open" } } };
    expect((await db.call("DeleteItem", right)).Attributes).toMatchObject({ id: { S: "a" } });
    expect(await db.get("things", { id: { S: "a" } })).toBeUndefined();
    expect(await db.call("DeleteItem", { TableName: "things", Key: { id: { S: "a" } } })).toEqual(
      {},
    );
  });

  test.each([
    [
      { ExpressionAttributeValues: { ":v": { S: "x" } } },
      "1 validation error detected: ExpressionAttributeValues can only be specified when using expressions",
    ],
    [
      { ExpressionAttributeNames: { "#a": "a" } },
      "1 validation error detected: ExpressionAttributeNames can only be specified when using expressions",
    ],
    [
      { ConditionExpression: "" },
      "1 validation error detected: Invalid ConditionExpression: The expression can not be empty;",
    ],
    [
      {
        ConditionExpression: "a = :v",
        ExpressionAttributeValues: { ":v": { S: "x" }, ":w": { S: "y" }, ":x": { S: "z" } },
      },
      "1 validation error detected: Value provided in ExpressionAttributeValues unused in expressions: keys: {:w, :x}",
    ],
    [
      {
        ConditionExpression: "a = :v",
        ExpressionAttributeValues: { ":v": { S: "x" } },
        ExpressionAttributeNames: { a: "b" },
      },
      '1 validation error detected: ExpressionAttributeNames contains invalid key: Syntax error; key: "a"',
    ],
    [
      { ConditionExpression: "attribute_exists(a)", Expected: {} },
      "1 validation error detected: Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}",
    ],
    [{ ReturnValues: "ALL_NEW" }, "ReturnValues can only be ALL_OLD or NONE"],
  ])("put: refuses %j", async (more, message) => {
    const input = { TableName: "things", Item: { id: { S: "a" } }, ...more };
    expect(await db.refused("PutItem", input)).toMatchObject({
      code: "ValidationException",
      message,
    });
  });
});

describe("capacity", () => {
  test("put: units of a kilobyte, of the larger of the two items", async () => {
    const write = async (text: number) => {
      const { ConsumedCapacity } = await db.call("PutItem", {
        TableName: "things",
        Item: { id: { S: "a" }, t: { S: "x".repeat(text) } },
        ReturnConsumedCapacity: "INDEXES",
      });
      return ConsumedCapacity;
    };
    expect(await write(3000)).toEqual({
      TableName: "things",
      CapacityUnits: 3,
      Table: { CapacityUnits: 3 },
    });
    expect((await write(1))?.CapacityUnits).toBe(3);
    expect((await write(1))?.CapacityUnits).toBe(1);
  });

  test("get: half a unit of four kilobytes, a whole one when consistent", async () => {
    await db.put("things", { id: { S: "a" }, t: { S: "x".repeat(5000) } });
    const read = async (ConsistentRead: boolean, id = "a") => {
      const { ConsumedCapacity } = await db.call("GetItem", {
        TableName: "things",
        Key: { id: { S: id } },
        ConsistentRead,
        ReturnConsumedCapacity: "TOTAL",
      });
      return ConsumedCapacity?.CapacityUnits;
    };
    expect(await read(false)).toBe(1);
    expect(await read(true)).toBe(2);
    expect(await read(false, "missing")).toBe(0.5);
  });
});
