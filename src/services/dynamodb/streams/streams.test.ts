import { beforeEach, describe, expect, test } from "vitest";
import { createDynamoDbFixture, type DynamoDbFixture } from "../../../testing/dynamodb-fixture.ts";
import { tableStreamReader } from "../../../testing/table-stream-reader.ts";
import type { Record_ } from "../../../wire/models/dynamodbstreams.gen.ts";

let db: DynamoDbFixture;

beforeEach(() => {
  db = createDynamoDbFixture();
});

const { shardIds, iterator, read } = tableStreamReader(() => db);

const S = (text: string) => ({ S: text });
const ONE_SHARD = {
  BillingMode: "PROVISIONED",
  ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
};

/** Creates a table with a stream of one shard, unless `more` says otherwise, and answers its ARN. */
async function streamed(
  StreamViewType: string,
  { name = "things", key = "id", more = ONE_SHARD as object } = {},
): Promise<string> {
  const StreamSpecification = { StreamEnabled: true, StreamViewType };
  await db.table(name, key, { ...more, StreamSpecification });
  const { Table } = await db.call("DescribeTable", { TableName: name });
  return Table?.LatestStreamArn ?? "";
}

const refused = (call: Promise<unknown>): Promise<{ code: string; message: string }> =>
  call.then(
    () => expect.unreachable("must fail"),
    (error: unknown) => error as { code: string; message: string },
  );

const images = (records: readonly Record_[]) =>
  records.map(({ eventName, dynamodb }) => [
    eventName,
    dynamodb?.OldImage?.["v"]?.S,
    dynamodb?.NewImage?.["v"]?.S,
  ]);

describe("records", () => {
  test("record: has AWS's shape", async () => {
    const arn = await streamed("NEW_AND_OLD_IMAGES", { key: "pk sk:N" });
    await db.put("things", { pk: S("a"), sk: { N: "1" }, v: { B: Buffer.from([1]) } });
    expect(await read(await iterator(arn))).toEqual([
      {
        eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventName: "INSERT",
        eventVersion: "1.1",
        eventSource: "aws:dynamodb",
        awsRegion: "us-east-1",
        dynamodb: {
          ApproximateCreationDateTime: new Date("2026-01-01T00:00:00Z"),
          Keys: { pk: S("a"), sk: { N: "1" } },
          NewImage: { pk: S("a"), sk: { N: "1" }, v: { B: Buffer.from([1]) } },
          SequenceNumber: expect.stringMatching(/^\d{28}$/),
          SizeBytes: 7 + 9,
          StreamViewType: "NEW_AND_OLD_IMAGES",
        },
      },
    ]);
  });

  test.each([
    ["KEYS_ONLY", undefined, undefined],
    ["NEW_IMAGE", undefined, "2"],
    ["OLD_IMAGE", "1", undefined],
    ["NEW_AND_OLD_IMAGES", "1", "2"],
  ])("record: %s keeps what it names", async (viewType, before, after) => {
    const arn = await streamed(viewType);
    await db.put("things", { id: S("a"), v: S("1") }, { id: S("a"), v: S("2") });
    const [, record] = await read(await iterator(arn));
    expect(images(record === undefined ? [] : [record])).toEqual([["MODIFY", before, after]]);
    expect(record?.dynamodb?.Keys).toEqual({ id: S("a") });
  });

  test("record: every way to write leaves one", async () => {
    const arn = await streamed("NEW_AND_OLD_IMAGES");
    const TableName = "things";
    const Key = { id: S("a") };
    await db.put(TableName, { ...Key, v: S("put") });
    await db.call("UpdateItem", {
      TableName,
      Key,
      UpdateExpression: "SET v = :v",
      ExpressionAttributeValues: { ":v": S("update") },
    });
    await db.call("BatchWriteItem", {
      RequestItems: { things: [{ PutRequest: { Item: { ...Key, v: S("batch") } } }] },
    });
    await db.call("TransactWriteItems", {
      TransactItems: [{ Put: { TableName, Item: { ...Key, v: S("transaction") } } }],
    });
    await db.call("ExecuteStatement", {
      Statement: `UPDATE "things" SET v = 'statement' WHERE id = 'a'`,
    });
    await db.call("DeleteItem", { TableName, Key });
    expect(images(await read(await iterator(arn)))).toEqual([
      ["INSERT", undefined, "put"],
      ["MODIFY", "put", "update"],
      ["MODIFY", "update", "batch"],
      ["MODIFY", "batch", "transaction"],
      ["MODIFY", "transaction", "statement"],
      ["REMOVE", "statement", undefined],
    ]);
  });

  test("record: none for a write that changes nothing, is refused or canceled", async () => {
    const arn = await streamed("NEW_AND_OLD_IMAGES");
    const set = { SS: ["x", "y"] };
    await db.put("things", { id: S("a"), v: S("1"), set });
    await db.put("things", { set: { SS: ["y", "x"] }, v: S("1"), id: S("a") });
    await db.call("DeleteItem", { TableName: "things", Key: { id: S("nobody") } });
    await db.refused("PutItem", {
      TableName: "things",
      Item: { id: S("a") },
      ConditionExpression: "attribute_not_exists(id)",
    });
    await db.refused("TransactWriteItems", {
      TransactItems: [
        { Put: { TableName: "things", Item: { id: S("b") } } },
        {
          ConditionCheck: {
            TableName: "things",
            Key: { id: S("a") },
            ConditionExpression: "v = :v",
            ExpressionAttributeValues: { ":v": S("2") },
          },
        },
      ],
    });
    expect(images(await read(await iterator(arn)))).toEqual([["INSERT", undefined, "1"]]);
  });

  test("record: an expired item's names the service", async () => {
    const arn = await streamed("OLD_IMAGE");
    await db.call("UpdateTimeToLive", {
      TableName: "things",
      TimeToLiveSpecification: { Enabled: true, AttributeName: "ttl" },
    });
    await db.put("things", { id: S("a"), ttl: { N: String(db.clock.nowMs() / 1000 + 60) } });
    await db.clock.advance(60_000);
    const records = await read(await iterator(arn));
    expect(records.map(({ eventName, userIdentity }) => [eventName, userIdentity])).toEqual([
      ["INSERT", undefined],
      ["REMOVE", { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" }],
    ]);
  });
});

describe("iterators", () => {
  test("iterators: of the four types", async () => {
    const arn = await streamed("NEW_IMAGE");
    await db.put("things", { id: S("a"), v: S("1") }, { id: S("b"), v: S("2") });
    const latest = await iterator(arn, "LATEST");
    const all = await read(await iterator(arn));
    const first = all[0]?.dynamodb?.SequenceNumber;
    await db.put("things", { id: S("c"), v: S("3") });
    const values = async (text: string) =>
      (await read(text)).map(({ dynamodb }) => dynamodb?.NewImage?.["v"]?.S);
    expect(await values(await iterator(arn))).toEqual(["1", "2", "3"]);
    expect(await values(latest)).toEqual(["3"]);
    expect(await values(await iterator(arn, "AT_SEQUENCE_NUMBER", first))).toEqual(["1", "2", "3"]);
    expect(await values(await iterator(arn, "AFTER_SEQUENCE_NUMBER", first))).toEqual(["2", "3"]);
  });

  test("get: pages by the limit, and goes on where it ended", async () => {
    const arn = await streamed("KEYS_ONLY");
    await db.put("things", { id: S("a") }, { id: S("b") }, { id: S("c") });
    const one = await db.streams("GetRecords", { ShardIterator: await iterator(arn), Limit: 2 });
    expect(one.Records?.length).toBe(2);
    const ShardIterator = one.NextShardIterator ?? "";
    const two = await db.streams("GetRecords", { ShardIterator, Limit: 2 });
    expect(two.Records?.map(({ dynamodb }) => dynamodb?.Keys?.["id"]?.S)).toEqual(["c"]);
    expect(await read(two.NextShardIterator ?? "")).toEqual([]);
    await db.put("things", { id: S("d") });
    expect((await read(two.NextShardIterator ?? "")).length).toBe(1);
  });

  test("get: at most 1 MiB, but at least one record", async () => {
    const arn = await streamed("NEW_IMAGE");
    const big = S("x".repeat(300_000));
    for (const id of ["a", "b", "c", "d", "e"]) {
      await db.put("things", { id: S(id), big });
    }
    const page = await db.streams("GetRecords", { ShardIterator: await iterator(arn) });
    expect(page.Records?.length).toBe(3);
  });

  test("get: an iterator lives 15 minutes", async () => {
    const arn = await streamed("KEYS_ONLY");
    const ShardIterator = await iterator(arn);
    await db.clock.advance(15 * 60_000);
    expect(await read(ShardIterator)).toEqual([]);
    await db.clock.advance(1);
    const error = await refused(db.streams("GetRecords", { ShardIterator }));
    expect(error.code).toBe("ExpiredIteratorException");
  });

  test("iterators: refuse what is not there", async () => {
    const arn = await streamed("KEYS_ONLY");
    const [ShardId = ""] = await shardIds(arn);
    const ask = (more: object) =>
      refused(
        db.streams("GetShardIterator", {
          StreamArn: arn,
          ShardId,
          ShardIteratorType: "TRIM_HORIZON",
          ...more,
        }),
      );
    expect((await ask({ StreamArn: `${arn}1` })).code).toBe("ResourceNotFoundException");
    expect((await ask({ ShardId: `${ShardId}1` })).code).toBe("ResourceNotFoundException");
    expect((await ask({ ShardIteratorType: "AT_SEQUENCE_NUMBER" })).code).toBe(
      "ValidationException",
    );
    const nonsense = refused(db.streams("GetRecords", { ShardIterator: "nonsense" }));
    expect((await nonsense).code).toBe("ValidationException");
  });
});

describe("retention", () => {
  test("retention: records go after 24 hours, on the clock", async () => {
    const arn = await streamed("KEYS_ONLY");
    await db.put("things", { id: S("old") });
    const [old] = await read(await iterator(arn));
    const number = old?.dynamodb?.SequenceNumber;
    await db.clock.advance(12 * 3_600_000);
    await db.put("things", { id: S("new") });
    const rows = () =>
      db.store.read((tx) => [...tx.range({ prefix: ["dynamodb", "stream-record"] })].length);
    await db.clock.advance(12 * 3_600_000 - 1);
    expect((await read(await iterator(arn))).length).toBe(2);
    await db.clock.advance(1);
    expect((await read(await iterator(arn))).length).toBe(1);
    const error = await refused(iterator(arn, "AT_SEQUENCE_NUMBER", number));
    expect(error.code).toBe("TrimmedDataAccessException");
    await db.clock.advance(3_600_000);
    expect(await rows()).toBe(1);
    await db.clock.advance(24 * 3_600_000);
    expect(await rows()).toBe(0);
  });

  test("disable: closes the shards, which stay readable for 24 hours", async () => {
    const arn = await streamed("KEYS_ONLY");
    await db.put("things", { id: S("a") });
    const disable = () =>
      db.call("UpdateTable", {
        TableName: "things",
        StreamSpecification: { StreamEnabled: false },
      });
    const { TableDescription: table } = await disable();
    expect(table?.StreamSpecification).toBeUndefined();
    expect(table?.LatestStreamArn).toBe(arn);
    await db.put("things", { id: S("b") });
    const page = await db.streams("GetRecords", { ShardIterator: await iterator(arn) });
    expect([page.Records?.length, page.NextShardIterator]).toEqual([1, undefined]);
    const { StreamDescription: description } = await db.streams("DescribeStream", {
      StreamArn: arn,
    });
    expect(description?.StreamStatus).toBe("DISABLED");
    expect(description?.Shards?.[0]?.SequenceNumberRange?.EndingSequenceNumber).toBeDefined();
    expect(await refused(disable())).toMatchObject({ code: "ValidationException" });
    await db.clock.advance(26 * 3_600_000);
    expect(await db.streams("ListStreams", {})).toEqual({ Streams: [] });
    expect((await refused(read(await iterator(arn).catch(() => "")))).code).toBeDefined();
    expect((await refused(shardIds(arn))).code).toBe("ResourceNotFoundException");
  });

  test("delete: a deleted table's stream is still read; a new table's is another", async () => {
    const first = await streamed("KEYS_ONLY");
    await db.put("things", { id: S("a") });
    await db.call("DeleteTable", { TableName: "things" });
    const second = await streamed("KEYS_ONLY");
    expect(second).not.toBe(first);
    expect((await read(await iterator(first))).length).toBe(1);
    expect(await read(await iterator(second))).toEqual([]);
  });
});

describe("streams", () => {
  test("update: enables one, but not twice", async () => {
    await db.table("things", "id");
    const update = () =>
      db.call("UpdateTable", {
        TableName: "things",
        StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
      });
    const { TableDescription: table } = await update();
    expect(table?.StreamSpecification).toEqual({
      StreamEnabled: true,
      StreamViewType: "KEYS_ONLY",
    });
    expect(table?.LatestStreamLabel).toBe("2026-01-01T00:00:00.000");
    expect(await refused(update())).toMatchObject({
      code: "ValidationException",
      message: "Table already has an enabled stream: TableName: things",
    });
  });

  test.each([[{ StreamEnabled: true }], [{ StreamEnabled: false, StreamViewType: "KEYS_ONLY" }]])(
    "create: refuses %j",
    async (StreamSpecification) => {
      const call = db.table("things", "id", { StreamSpecification });
      expect((await refused(call)).code).toBe("ValidationException");
    },
  );

  test("list: pages, by table and by account", async () => {
    const arns: string[] = [];
    for (const name of ["aaa", "bbb", "ccc"]) {
      arns.push(await streamed("KEYS_ONLY", { name }));
    }
    const page = await db.streams("ListStreams", { Limit: 2 });
    expect(page.Streams?.map(({ TableName }) => TableName)).toEqual(["aaa", "bbb"]);
    expect(page.LastEvaluatedStreamArn).toBe(arns[1]);
    const next = await db.streams("ListStreams", { ExclusiveStartStreamArn: arns[1] });
    expect(next).toEqual({
      Streams: [{ StreamArn: arns[2], TableName: "ccc", StreamLabel: expect.any(String) }],
    });
    expect((await db.streams("ListStreams", { TableName: "bbb" })).Streams?.length).toBe(1);
    expect(await db.streams("ListStreams", {}, { region: "eu-west-1" })).toEqual({ Streams: [] });
  });

  test("describe: pages of shards", async () => {
    const StreamArn = await streamed("KEYS_ONLY", { more: {} });
    const ids = await shardIds(StreamArn);
    expect(ids.length).toBe(4);
    const page = await db.streams("DescribeStream", { StreamArn, Limit: 3 });
    expect(page.StreamDescription?.LastEvaluatedShardId).toBe(ids[2]);
    const rest = await db.streams("DescribeStream", {
      StreamArn,
      ExclusiveStartShardId: ids[2],
    });
    expect(rest.StreamDescription?.Shards?.map(({ ShardId }) => ShardId)).toEqual([ids[3]]);
  });
});
