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

test("filters: look at the data as JSON, or as text", async () => {
  const [json, text] = [collect("json"), collect("text")];
  const filter = (pattern: object) => ({
    FilterCriteria: { Filters: [{ Pattern: JSON.stringify(pattern) }] },
  });
  await cloud.connect("json", arn, filter({ data: { kind: ["buy"] } }));
  await cloud.connect("text", arn, filter({ data: ["plain"] }));
  for (const data of ['{"kind":"buy"}', '{"kind":"sell"}', "plain", "other"]) {
    await put(data);
  }
  await cloud.clock.advance(0);
  expect(json.flat()).toEqual(['{"kind":"buy"}']);
  expect(text.flat()).toEqual(["plain"]);
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
  const { SequenceNumber } = await put("1");
  await cloud.clock.advance(10_000);
  const { Messages } = await cloud.call("sqs", "ReceiveMessage", { QueueUrl });
  expect(JSON.parse(Messages[0].Body)).toMatchObject({
    requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 1 },
    KinesisBatchInfo: {
      shardId: "shardId-000000000000",
      startSequenceNumber: SequenceNumber,
      endSequenceNumber: SequenceNumber,
      approximateArrivalOfFirstRecord: "2026-01-01T00:00:00Z",
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
