import { afterEach, beforeEach, expect, test } from "vitest";
import { ROLE } from "../testing/lambda-fixture.ts";
import { createStreamFixture, type StreamFixture } from "../testing/stream-fixture.ts";

let cloud: StreamFixture;
let arn: string;

beforeEach(async () => {
  cloud = await createStreamFixture();
  arn = await cloud.stream("s");
});

afterEach(() => cloud.stop());

interface KinesisEvent {
  readonly Records: readonly {
    readonly eventID: string;
    readonly kinesis: { readonly data: string; readonly sequenceNumber: string };
  }[];
}

const textsOf = (event: unknown): readonly string[] =>
  (event as KinesisEvent).Records.map(({ kinesis }) =>
    Buffer.from(kinesis.data, "base64").toString(),
  );

const put = (text: string, PartitionKey = "a") =>
  cloud.call("kinesis", "PutRecord", { StreamName: "s", PartitionKey, Data: Buffer.from(text) });

/** The records a function was invoked with, batch by batch. */
function collect(name = "reader"): string[][] {
  const batches: string[][] = [];
  cloud.host.script(name, async (event) => {
    batches.push([...textsOf(event)]);
    return null;
  });
  return batches;
}

test("record: has AWS's shape", async () => {
  let seen: unknown;
  cloud.host.script("reader", async (event) => {
    seen = event;
    return null;
  });
  await cloud.connect("reader", arn);
  const { SequenceNumber: sequenceNumber } = await put("hello");
  await cloud.clock.advance(0);
  expect(seen).toEqual({
    Records: [
      {
        kinesis: {
          kinesisSchemaVersion: "1.0",
          partitionKey: "a",
          sequenceNumber,
          data: "aGVsbG8=",
          approximateArrivalTimestamp: 1767225600,
        },
        eventSource: "aws:kinesis",
        eventVersion: "1.0",
        eventID: `shardId-000000000000:${sequenceNumber}`,
        eventName: "aws:kinesis:record",
        invokeIdentityArn: ROLE,
        awsRegion: "us-east-1",
        eventSourceARN: arn,
      },
    ],
  });
});

test("positions: trim horizon, latest and a timestamp", async () => {
  await put("1");
  await cloud.clock.advance(1_000);
  const StartingPositionTimestamp = new Date(cloud.clock.nowMs());
  await put("2");
  const starts = [
    ["all", { StartingPosition: "TRIM_HORIZON" }],
    ["late", { StartingPosition: "LATEST" }],
    ["timed", { StartingPosition: "AT_TIMESTAMP", StartingPositionTimestamp }],
  ] as const;
  const seen = new Map(starts.map(([name]) => [name, collect(name)]));
  for (const [name, more] of starts) {
    await cloud.connect(name, arn, more);
  }
  await put("3");
  await cloud.clock.advance(0);
  expect(Object.fromEntries([...seen].map(([name, batches]) => [name, batches.flat()]))).toEqual({
    all: ["1", "2", "3"],
    late: ["3"],
    timed: ["2", "3"],
  });
});

test("positions: a time to come leaves out what arrives before it", async () => {
  const batches = collect();
  const StartingPositionTimestamp = new Date(cloud.clock.nowMs() + 10_000);
  await cloud.connect("reader", arn, {
    StartingPosition: "AT_TIMESTAMP",
    StartingPositionTimestamp,
  });
  await put("early");
  await cloud.clock.advance(20_000);
  await put("due");
  await cloud.clock.advance(0);
  expect(batches.flat()).toEqual(["due"]);
});

test("filters: look into data that is JSON; other records pass by their keys alone", async () => {
  const [json, absent, key] = [collect("json"), collect("absent"), collect("key")];
  const filter = (pattern: object) => ({
    FilterCriteria: { Filters: [{ Pattern: JSON.stringify(pattern) }] },
  });
  await cloud.connect("json", arn, filter({ data: { kind: [{ "anything-but": "sell" }] } }));
  await cloud.connect("absent", arn, filter({ data: { kind: [{ exists: false }] } }));
  await cloud.connect("key", arn, filter({ partitionKey: ["a"] }));
  for (const data of ['{"kind":"buy"}', '{"kind":"sell"}', "plain", "{}"]) {
    await put(data);
  }
  await cloud.clock.advance(0);
  expect(json.flat()).toEqual(['{"kind":"buy"}']);
  expect(absent.flat()).toEqual(["{}"]);
  expect(key.flat()).toEqual(['{"kind":"buy"}', '{"kind":"sell"}', "plain", "{}"]);
});

test("record: is written as AWS writes it, byte for byte", async () => {
  await cloud.clock.advance(987);
  await cloud.connect("reader", arn);
  const { SequenceNumber: first } = await put("hello");
  await cloud.clock.advance(13);
  const { SequenceNumber: second } = await put("again");
  await cloud.clock.advance(0);
  const written = (number: string, data: string, seconds: string): string =>
    `{"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"a",` +
    `"sequenceNumber":"${number}","data":"${data}","approximateArrivalTimestamp":${seconds}},` +
    `"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"shardId-000000000000:${number}",` +
    `"eventName":"aws:kinesis:record","invokeIdentityArn":"${ROLE}","awsRegion":"us-east-1",` +
    `"eventSourceARN":"${arn}"}]}`;
  const payloads = cloud.host.calls.map(({ invocation }) =>
    Buffer.from(invocation.payload).toString(),
  );
  expect(payloads).toEqual([
    written(first, "aGVsbG8=", "1767225600.987"),
    written(second, "YWdhaW4=", "1767225601.000"),
  ]);
});

test("mapping: what is not to be had is refused", async () => {
  const Filters = [{ Pattern: '{"data":["plain"]}' }];
  await expect(cloud.connect("a", arn, { FilterCriteria: { Filters } })).rejects.toMatchObject({
    code: "InvalidParameterValueException",
    message: "Invalid filter pattern definition.",
  });
  const OnFailure = { Destination: "kafka://failed" };
  await expect(cloud.connect("b", arn, { DestinationConfig: { OnFailure } })).rejects.toMatchObject(
    { status: 501, message: expect.stringContaining("kafka://failed") },
  );
  const Destination = "arn:aws:sqs:us-east-1:000000000000:failed.fifo";
  const DestinationConfig = { OnFailure: { Destination } };
  await expect(cloud.connect("c", arn, { DestinationConfig })).rejects.toMatchObject({
    code: "InvalidParameterValueException",
    message: `The destination ARN ${Destination} is invalid.`,
  });
});

test("fan-out: a consumer is a source as long as it is registered", async () => {
  const { Consumer } = await cloud.call("kinesis", "RegisterStreamConsumer", {
    StreamARN: arn,
    ConsumerName: "c",
  });
  const batches = collect();
  await cloud.connect("reader", Consumer.ConsumerARN);
  await put("1");
  await cloud.clock.advance(0);
  expect(batches).toEqual([["1"]]);
  const gone = `${arn}/consumer/d:1`;
  await expect(cloud.connect("other", gone)).rejects.toMatchObject({
    code: "InvalidParameterValueException",
    message: `Stream not found: ${gone}`,
  });
});

test("record: one without a partition key says so", async () => {
  await cloud.call("kinesis", "CreateStream", {
    StreamName: "even",
    StreamModeDetails: { StreamMode: "ON_DEMAND" },
    RecordDistributionStrategy: "AUTO",
  });
  let seen: unknown;
  cloud.host.script("reader", async (event) => {
    seen = event;
    return null;
  });
  await cloud.connect("reader", arn.replace(/s$/, "even"), { ParallelizationFactor: 2 });
  await cloud.call("kinesis", "PutRecord", { StreamName: "even", Data: Buffer.from("x") });
  await cloud.clock.advance(0);
  expect(seen).toMatchObject({ Records: [{ kinesis: { partitionKey: null, data: "eA==" } }] });
});

test("throttling: a read that is throttled is tried again after a second", async () => {
  cloud.meter.isEnforced = true;
  const batches = collect();
  await cloud.connect("reader", arn);
  await cloud.clock.advance(1_000);
  const { ShardIterator } = await cloud.call("kinesis", "GetShardIterator", {
    StreamName: "s",
    ShardId: "shardId-000000000000",
    ShardIteratorType: "LATEST",
  });
  const read = () => cloud.call("kinesis", "GetRecords", { ShardIterator });
  await Promise.all([read(), read(), read(), read(), read()]);
  await put("1");
  await cloud.clock.advance(999);
  expect(batches).toEqual([]);
  await cloud.clock.advance(1);
  expect(batches).toEqual([["1"]]);
  expect(cloud.log.records).toEqual([]);
});

test("streams: one that is made again under its name is read from its start", async () => {
  const batches = collect();
  await cloud.connect("reader", arn, { StartingPosition: "LATEST", ParallelizationFactor: 2 });
  await put("1");
  await cloud.call("kinesis", "SplitShard", {
    StreamName: "s",
    ShardToSplit: "shardId-000000000000",
    NewStartingHashKey: (2n ** 127n).toString(),
  });
  await put("2");
  await cloud.clock.advance(1_000);
  await cloud.call("kinesis", "DeleteStream", { StreamName: "s" });
  await cloud.clock.advance(300_000);
  const said = cloud.log.records.length;
  expect(said).toBeLessThan(6);
  await cloud.stream("s");
  await put("3");
  await cloud.clock.advance(300_000);
  await cloud.restart();
  await put("4");
  await cloud.clock.advance(0);
  expect(batches).toEqual([["1"], ["2"], ["3"], ["4"]]);
  expect(cloud.log.records.length).toBe(said);
});

test("resharding: children are read once their parents are done with", async () => {
  let isFailing = true;
  const done: string[] = [];
  cloud.host.script("reader", async (event) => {
    if (isFailing) {
      throw new Error("not yet");
    }
    done.push(...textsOf(event));
    return null;
  });
  await cloud.connect("reader", arn, { BatchSize: 1 });
  await put("parent");
  await cloud.call("kinesis", "SplitShard", {
    StreamName: "s",
    ShardToSplit: "shardId-000000000000",
    NewStartingHashKey: (2n ** 127n).toString(),
  });
  await put("child a", "a");
  await put("child b", "b");
  await cloud.clock.advance(30_000);
  isFailing = false;
  await cloud.clock.advance(120_000);
  expect(done[0]).toBe("parent");
  expect([...done].sort()).toEqual(["child a", "child b", "parent"]);
});

test("failures: the destination is told of the batch by Kinesis' name", async () => {
  const { QueueUrl } = await cloud.call("sqs", "CreateQueue", { QueueName: "dead" });
  cloud.host.script("reader", async () => {
    throw new Error("never");
  });
  await cloud.connect("reader", arn, {
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: "arn:aws:sqs:us-east-1:000000000000:dead" } },
  });
  await cloud.clock.advance(250);
  const { SequenceNumber } = await put("1");
  await cloud.clock.advance(10_000);
  const { Messages } = await cloud.call("sqs", "ReceiveMessage", { QueueUrl });
  expect(JSON.parse(Messages[0].Body)).toMatchObject({
    requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 1 },
    KinesisBatchInfo: {
      shardId: "shardId-000000000000",
      startSequenceNumber: SequenceNumber,
      endSequenceNumber: SequenceNumber,
      approximateArrivalOfFirstRecord: "2026-01-01T00:00:00.250Z",
      approximateArrivalOfLastRecord: "2026-01-01T00:00:00.250Z",
      batchSize: 1,
      streamArn: arn,
    },
  });
});

test("mapping: a stream that is not there is refused", async () => {
  const gone = "arn:aws:kinesis:us-east-1:000000000000:stream/gone";
  await expect(cloud.connect("reader", gone)).rejects.toMatchObject({
    code: "InvalidParameterValueException",
    message: `Stream not found: ${gone}`,
  });
});
