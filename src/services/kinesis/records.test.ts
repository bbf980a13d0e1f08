import { beforeEach, describe, expect, test } from "vitest";
import {
  createKinesisFixture,
  type KinesisFixture,
  shardId,
  textsOf,
} from "../../testing/kinesis-fixture.ts";

let kinesis: KinesisFixture;

beforeEach(() => {
  kinesis = createKinesisFixture();
});

const ACCOUNT = "000000000000";
const HALF = (2n ** 127n).toString();

describe("put", () => {
  test("put: the md5 of the partition key picks the shard, an explicit hash key overrides it", async () => {
    await kinesis.stream("s", 2);
    const at = async (PartitionKey: string, ExplicitHashKey?: string) => {
      const record = { StreamName: "s", PartitionKey, ExplicitHashKey, Data: Buffer.from("x") };
      return (await kinesis.call("PutRecord", record)).ShardId;
    };
    // md5("a") begins with 0c, md5("b") with 92.
    expect([await at("a"), await at("b")]).toEqual([shardId(0), shardId(1)]);
    expect([await at("a", HALF), await at("b", "0")]).toEqual([shardId(1), shardId(0)]);
    expect(await at("a", (2n ** 128n - 1n).toString())).toBe(shardId(1));
  });

  test("put: sequence numbers have 56 digits, rise, and name their shard", async () => {
    await kinesis.stream("s", 2);
    const numbers = await kinesis.put("s", "a", "1", "2", "3");
    const [other = ""] = await kinesis.put("s", "b", "4");
    expect(numbers.every((number) => /^49\d{54}$/.test(number))).toBe(true);
    expect([...numbers].sort()).toEqual(numbers);
    expect(new Set([...numbers, other]).size).toBe(4);
    const wrong = {
      StreamName: "s",
      ShardId: shardId(0),
      ShardIteratorType: "AT_SEQUENCE_NUMBER",
      StartingSequenceNumber: other,
    };
    expect(await kinesis.refused("GetShardIterator", wrong)).toMatchObject({
      code: "InvalidArgumentException",
      message:
        "Invalid StartingSequenceNumber. It encodes shardId-000000000001, while it was used in a " +
        "call to a shard with shardId-000000000000",
    });
  });

  test("put many: all in one transaction, each with its place", async () => {
    await kinesis.stream("s", 2);
    const Records = ["a", "b", "a"].map((PartitionKey, index) => ({
      PartitionKey,
      Data: Buffer.from(String(index)),
    }));
    const answer = await kinesis.call("PutRecords", { StreamName: "s", Records });
    expect(answer.FailedRecordCount).toBe(0);
    expect(answer.Records.map(({ ShardId }) => ShardId)).toEqual([0, 1, 0].map(shardId));
    expect(await kinesis.texts("s", 0)).toEqual(["0", "2"]);
    expect(await kinesis.texts("s", 1)).toEqual(["1"]);
  });

  test("put many: a record that breaks a rule lets none in", async () => {
    await kinesis.stream("s");
    const good = { PartitionKey: "a", Data: Buffer.from("x") };
    const large = { PartitionKey: "a", Data: Buffer.alloc(1024 * 1024 + 1) };
    expect(
      await kinesis.refused("PutRecords", { StreamName: "s", Records: [good, large] }),
    ).toMatchObject({
      code: "ValidationException",
      message:
        "1 validation error detected: Value at 'records.2.member.data' failed to satisfy " +
        "constraint: Member must have length less than or equal to 1048576",
    });
    expect(await kinesis.texts("s")).toEqual([]);
  });

  test("put many: 10 MiB together", async () => {
    await kinesis.stream("s");
    const Records = Array.from({ length: 11 }, () => ({
      PartitionKey: "a",
      Data: Buffer.alloc(1024 * 1024),
    }));
    expect(await kinesis.refused("PutRecords", { StreamName: "s", Records })).toMatchObject({
      code: "InvalidArgumentException",
      message: "Records size exceeds 10 MB limit",
    });
  });

  test("put: a stream can take records of up to 10 MiB", async () => {
    const StreamARN = await kinesis.stream("s");
    const record = { StreamName: "s", PartitionKey: "a", Data: Buffer.alloc(2 * 1024 * 1024) };
    expect((await kinesis.refused("PutRecord", record)).code).toBe("ValidationException");
    await kinesis.call("UpdateMaxRecordSize", { StreamARN, MaxRecordSizeInKiB: 2_048 });
    await kinesis.call("PutRecord", record);
    expect((await kinesis.texts("s"))[0]).toHaveLength(2 * 1024 * 1024);
  });

  test.each([
    [
      { ExplicitHashKey: (2n ** 128n).toString() },
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${2n ** 128n}`,
    ],
    [
      { SequenceNumberForOrdering: "7" },
      `ExclusiveMinimumSequenceNumber 7 used in PutRecord on stream s under account ${ACCOUNT} is invalid.`,
    ],
  ])("put: refuses %o", async (more, message) => {
    await kinesis.stream("s");
    const record = { StreamName: "s", PartitionKey: "a", Data: Buffer.from("x"), ...more };
    expect(await kinesis.refused("PutRecord", record)).toMatchObject({
      code: "InvalidArgumentException",
      message,
    });
  });

  test("put: ordering behind a number that was given out holds", async () => {
    await kinesis.stream("s");
    const [first = ""] = await kinesis.put("s", "a", "1");
    const record = { StreamName: "s", PartitionKey: "a", Data: Buffer.from("2") };
    const { SequenceNumber } = await kinesis.call("PutRecord", {
      ...record,
      SequenceNumberForOrdering: first,
    });
    expect(SequenceNumber > first).toBe(true);
  });

  test("put: a dry run writes nothing and says so", async () => {
    await kinesis.stream("s");
    const record = { StreamName: "s", PartitionKey: "a", Data: Buffer.from("x"), DryRun: true };
    expect((await kinesis.refused("PutRecord", record)).code).toBe("DryRunOperationException");
    expect(await kinesis.texts("s")).toEqual([]);
  });

  test("put: throughput is enforced when it is asked for, record by record", async () => {
    await kinesis.stream("s", 2);
    kinesis.kinesis.meter.isEnforced = true;
    const full = { PartitionKey: "a", Data: Buffer.alloc(1024 * 1024 - 1) };
    const Records = [full, { ...full, Data: Buffer.from("x") }, { ...full, PartitionKey: "b" }];
    const answer = await kinesis.call("PutRecords", { StreamName: "s", Records });
    expect(answer).toMatchObject({
      FailedRecordCount: 1,
      Records: [
        { ShardId: shardId(0) },
        {
          ErrorCode: "ProvisionedThroughputExceededException",
          ErrorMessage: `Rate exceeded for shard shardId-000000000000 in stream s under account ${ACCOUNT}.`,
        },
        { ShardId: shardId(1) },
      ],
    });
    const record = { StreamName: "s", PartitionKey: "a", Data: Buffer.from("y") };
    expect((await kinesis.refused("PutRecord", record)).code).toBe(
      "ProvisionedThroughputExceededException",
    );
    await kinesis.clock.advance(1_000);
    await kinesis.call("PutRecord", record);
  });
});

describe("get", () => {
  test("record: has AWS's members", async () => {
    await kinesis.stream("s");
    const [SequenceNumber] = await kinesis.put("s", "a", "hello");
    const ShardIterator = await kinesis.iterator("s");
    const { Records } = await kinesis.call("GetRecords", { ShardIterator });
    expect(Records).toEqual([
      {
        SequenceNumber,
        ApproximateArrivalTimestamp: new Date("2026-01-01T00:00:00Z"),
        Data: Buffer.from("hello"),
        PartitionKey: "a",
      },
    ]);
  });

  test("iterators: every type begins where it says", async () => {
    await kinesis.stream("s");
    const [, second = ""] = await kinesis.put("s", "a", "1", "2");
    await kinesis.clock.advance(1_000);
    const Timestamp = new Date(kinesis.clock.nowMs());
    await kinesis.put("s", "a", "3");
    const from = (ShardIteratorType: string, more = {}) =>
      kinesis.texts("s", 0, { ShardIteratorType, ...more });
    const number = { StartingSequenceNumber: second };
    expect(await from("TRIM_HORIZON")).toEqual(["1", "2", "3"]);
    expect(await from("AT_SEQUENCE_NUMBER", number)).toEqual(["2", "3"]);
    expect(await from("AFTER_SEQUENCE_NUMBER", number)).toEqual(["3"]);
    expect(await from("AT_TIMESTAMP", { Timestamp })).toEqual(["3"]);
    expect(await from("LATEST")).toEqual([]);
  });

  test("latest: an iterator sees what is written after it was made, in the same ms too", async () => {
    await kinesis.stream("s");
    await kinesis.put("s", "a", "before");
    const ShardIterator = await kinesis.iterator("s", 0, { ShardIteratorType: "LATEST" });
    await kinesis.put("s", "a", "after");
    const { Records } = await kinesis.call("GetRecords", { ShardIterator });
    expect(textsOf(Records)).toEqual(["after"]);
  });

  test("get: pages by limit, and says how far behind it is", async () => {
    await kinesis.stream("s");
    await kinesis.put("s", "a", "1", "2");
    await kinesis.clock.advance(5_000);
    await kinesis.put("s", "a", "3");
    await kinesis.clock.advance(2_000);
    const pages = [];
    let ShardIterator = await kinesis.iterator("s");
    for (let page = 0; page < 3; page += 1) {
      const answer = await kinesis.call("GetRecords", { ShardIterator, Limit: 1 });
      pages.push([textsOf(answer.Records)[0], answer.MillisBehindLatest]);
      ShardIterator = answer.NextShardIterator ?? "";
    }
    expect(pages).toEqual([
      ["1", 7_000],
      ["2", 2_000],
      ["3", 0],
    ]);
  });

  test("get: 10 MiB at most, but at least one record", async () => {
    await kinesis.stream("s");
    const Data = Buffer.alloc(1024 * 1024 - 1);
    for (let count = 0; count < 11; count += 1) {
      await kinesis.call("PutRecord", { StreamName: "s", PartitionKey: "a", Data });
    }
    const ShardIterator = await kinesis.iterator("s");
    const { Records } = await kinesis.call("GetRecords", { ShardIterator });
    expect(Records).toHaveLength(10);
  });

  test("get: an iterator lasts five minutes", async () => {
    await kinesis.stream("s");
    const ShardIterator = await kinesis.iterator("s");
    await kinesis.clock.advance(300_000);
    await kinesis.call("GetRecords", { ShardIterator });
    await kinesis.clock.advance(1);
    expect(await kinesis.refused("GetRecords", { ShardIterator })).toMatchObject({
      code: "ExpiredIteratorException",
      message:
        "Iterator expired. The iterator was created at time Thu Jan 01 00:00:00 UTC 2026 while " +
        "right now it is Thu Jan 01 00:05:00 UTC 2026 which is further in the future than the " +
        "tolerated delay of 300000 milliseconds.",
    });
  });

  test.each(["", "nonsense", Buffer.from("[1]").toString("base64")])(
    "get: %j is no iterator",
    async (ShardIterator) => {
      expect(await kinesis.refused("GetRecords", { ShardIterator })).toMatchObject({
        code: "InvalidArgumentException",
        message: "Invalid ShardIterator.",
      });
    },
  );

  test("get: an iterator is of its stream, not of one of the same name", async () => {
    await kinesis.stream("s");
    const ShardIterator = await kinesis.iterator("s");
    await kinesis.call("DeleteStream", { StreamName: "s" });
    await kinesis.stream("s");
    expect(await kinesis.refused("GetRecords", { ShardIterator })).toMatchObject({
      code: "ResourceNotFoundException",
      message: `Stream s under account ${ACCOUNT} not found.`,
    });
  });

  test.each([
    ["LATEST", { StartingSequenceNumber: "0" }, /Request specified LATEST and also a Starting/],
    ["AT_SEQUENCE_NUMBER", {}, /Request specified AT_SEQUENCE_NUMBER and no StartingSequence/],
    ["AT_TIMESTAMP", {}, /Must specify timestamp parameter/],
    ["AT_TIMESTAMP", { Timestamp: new Date("2026-01-02") }, /cannot be greater than the current/],
    [
      "AT_SEQUENCE_NUMBER",
      { StartingSequenceNumber: "12" },
      /^StartingSequenceNumber 12 used in GetShardIterator on shard shardId-000000000000 in stream s under account 000000000000 is invalid\.$/,
    ],
  ])("iterator: %s with %o is refused", async (ShardIteratorType, more, message) => {
    await kinesis.stream("s");
    const input = { StreamName: "s", ShardId: shardId(0), ShardIteratorType, ...more };
    const error = await kinesis.refused("GetShardIterator", input);
    expect(error).toMatchObject({
      code: "InvalidArgumentException",
      message: expect.stringMatching(message),
    });
  });

  test("iterator: of a shard that is not there", async () => {
    await kinesis.stream("s");
    const input = { StreamName: "s", ShardId: shardId(7), ShardIteratorType: "LATEST" };
    expect(await kinesis.refused("GetShardIterator", input)).toMatchObject({
      code: "ResourceNotFoundException",
      message: `Shard shardId-000000000007 in stream s under account ${ACCOUNT} does not exist`,
    });
  });
});

describe("retention", () => {
  const HOUR_MS = 3_600_000;

  test("retention: records go after 24 h, from the reader's view and from the disk", async () => {
    await kinesis.stream("s");
    await kinesis.put("s", "a", "old");
    await kinesis.clock.advance(HOUR_MS);
    await kinesis.put("s", "a", "young");
    expect(await rows()).toBe(2);
    await kinesis.clock.advance(23 * HOUR_MS);
    expect(await kinesis.texts("s")).toEqual(["young"]);
    await kinesis.clock.advance(HOUR_MS + 1);
    expect(await kinesis.texts("s")).toEqual([]);
    await kinesis.clock.advance(2 * HOUR_MS);
    expect(await rows()).toBe(0);
    // Nothing is left to do.
    expect(kinesis.clock.nextDueMs() ?? 0).toBeLessThan(kinesis.clock.nowMs() + 60_000 + HOUR_MS);
  });

  test("retention: can be longer, and shorter again", async () => {
    await kinesis.stream("s");
    await kinesis.put("s", "a", "1");
    const set = (operation: "Increase" | "Decrease", RetentionPeriodHours: number) =>
      kinesis.call(`${operation}StreamRetentionPeriod`, { StreamName: "s", RetentionPeriodHours });
    await set("Increase", 48);
    await kinesis.clock.advance(47 * HOUR_MS);
    expect(await kinesis.texts("s")).toEqual(["1"]);
    await set("Decrease", 24);
    expect(await kinesis.texts("s")).toEqual([]);
    await kinesis.clock.advance(2 * HOUR_MS);
    expect(await rows()).toBe(0);
  });

  test.each([
    [
      "Increase",
      23,
      "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.",
    ],
    [
      "Increase",
      8_761,
      "Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.",
    ],
    [
      "Decrease",
      25,
      "Requested retention period (25 hours) for stream s can not be longer than existing retention period (24 hours). Use IncreaseRetentionPeriod API.",
    ],
  ] as const)(
    "retention: %s to %i is refused",
    async (operation, RetentionPeriodHours, message) => {
      await kinesis.stream("s");
      const input = { StreamName: "s", RetentionPeriodHours };
      expect(await kinesis.refused(`${operation}StreamRetentionPeriod`, input)).toMatchObject({
        code: "InvalidArgumentException",
        message,
      });
    },
  );

  test("delete: a stream leaves no record behind", async () => {
    await kinesis.stream("s");
    await kinesis.put("s", "a", ..."abcdef");
    await kinesis.call("DeleteStream", { StreamName: "s" });
    await kinesis.clock.advance(0);
    expect(await rows()).toBe(0);
  });

  const rows = (): Promise<number> =>
    kinesis.store.read((tx) => [...tx.range({ prefix: ["kinesis", "record"] })].length);
});
