import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StreamFixture } from "../testing/stream-fixture.ts";
import {
  createStreamReaderFixture,
  idsOf,
  type MappingSettings,
  READER as NAME,
  type StreamReaderFixture,
} from "../testing/stream-reader-fixture.ts";

let cloud: StreamFixture;
let reader: StreamReaderFixture;
let arn: string;
let { batches, events, respond } = {} as StreamReaderFixture;

beforeEach(async () => {
  reader = await createStreamReaderFixture();
  ({ cloud, arn, batches, events, respond } = reader);
});

afterEach(() => cloud.stop());

const put = (...ids: string[]): Promise<void> => reader.put(...ids);
const connect = (more?: MappingSettings): Promise<string> => reader.connect(more);
const advance = (ms: number): Promise<void> => reader.advance(ms);
const describeMapping = (UUID: string) => cloud.call("lambda", "GetEventSourceMapping", { UUID });

const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:failed";

async function failureRecords(): Promise<readonly Record<string, unknown>[]> {
  const { QueueUrl } = await cloud.call("sqs", "GetQueueUrl", { QueueName: "failed" });
  const { Messages = [] } = await cloud.call("sqs", "ReceiveMessage", {
    QueueUrl,
    MaxNumberOfMessages: 10,
  });
  return Messages.map(({ Body }: { Body: string }) => JSON.parse(Body));
}

describe("failures", () => {
  test("a failed batch is tried again, later each time, before anything else", async () => {
    let failures = 2;
    respond(() => {
      if (failures-- > 0) {
        throw new Error("not now");
      }
    });
    const uuid = await connect();
    await put("a");
    await advance(0);
    await put("b");
    await advance(999);
    expect(batches).toEqual([["a"]]);
    expect((await describeMapping(uuid)).LastProcessingResult).toBe(
      "PROBLEM: Function call failed",
    );
    await advance(1);
    expect(batches).toEqual([["a"], ["a"]]);
    await advance(2_000);
    expect(batches).toEqual([["a"], ["a"], ["a"], ["b"]]);
  });

  test("after the last retry the batch is discarded, and its record told to a queue", async () => {
    await cloud.call("sqs", "CreateQueue", { QueueName: "failed" });
    respond((event) => {
      if (idsOf(event).includes("bad")) {
        throw new Error("bad");
      }
    });
    await connect({
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: QUEUE_ARN } },
    });
    await put("bad", "worse");
    await advance(5_000);
    expect(batches).toEqual([
      ["bad", "worse"],
      ["bad", "worse"],
    ]);
    const numbers = events[0]?.Records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    expect(await failureRecords()).toEqual([
      {
        requestContext: {
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          functionArn: "arn:aws:lambda:us-east-1:000000000000:function:reader",
          condition: "RetryAttemptsExhausted",
          approximateInvokeCount: 2,
        },
        responseContext: {
          statusCode: 200,
          executedVersion: "$LATEST",
          functionError: "Unhandled",
        },
        version: "1.0",
        timestamp: "2026-01-01T00:00:01.000Z",
        DDBStreamBatchInfo: {
          shardId: expect.stringMatching(/^shardId-/),
          startSequenceNumber: numbers?.[0],
          endSequenceNumber: numbers?.[1],
          approximateArrivalOfFirstRecord: "2026-01-01T00:00:00Z",
          approximateArrivalOfLastRecord: "2026-01-01T00:00:00Z",
          batchSize: 2,
          streamArn: arn,
        },
      },
    ]);
    await put("good");
    await advance(0);
    expect(batches.at(-1)).toEqual(["good"]);
  });

  test("bisecting finds the bad record, and keeps the others", async () => {
    await cloud.call("sqs", "CreateQueue", { QueueName: "failed" });
    const done: string[] = [];
    respond((event) => {
      if (idsOf(event).includes("c")) {
        throw new Error("bad");
      }
      done.push(...idsOf(event));
    });
    await connect({
      MaximumRetryAttempts: 0,
      BisectBatchOnFunctionError: true,
      DestinationConfig: { OnFailure: { Destination: QUEUE_ARN } },
    });
    await put("a", "b", "c", "d", "e");
    await advance(60_000);
    expect(done).toEqual(["a", "b", "d", "e"]);
    const records = await failureRecords();
    expect(records.map((record) => record["DDBStreamBatchInfo"])).toMatchObject([{ batchSize: 1 }]);
  });

  test("the retries and parts of a batch outlive a restart", async () => {
    respond((event) => {
      if (idsOf(event).includes("c")) {
        throw new Error("bad");
      }
    });
    await connect({ MaximumRetryAttempts: 2 });
    await put("c");
    await advance(0);
    await cloud.restart();
    await advance(0);
    expect(batches).toEqual([["c"], ["c"]]);
    await cloud.restart();
    await advance(60_000);
    expect(batches).toEqual([["c"], ["c"], ["c"]]);
  });

  test("records that are too old are discarded unseen", async () => {
    await cloud.call("sqs", "CreateQueue", { QueueName: "failed" });
    await put("old");
    await advance(61_000);
    await put("new");
    await connect({
      MaximumRecordAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: QUEUE_ARN } },
    });
    expect(batches).toEqual([["new"]]);
    const [record] = await failureRecords();
    expect(record).toMatchObject({
      requestContext: { condition: "RecordAgeExceeded", approximateInvokeCount: 0 },
    });
  });

  test("a bucket gets the batch along with its record", async () => {
    await cloud.call("s3", "CreateBucket", { Bucket: "failed" });
    respond(() => {
      throw new Error("bad");
    });
    const uuid = await connect({
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: "arn:aws:s3:::failed" } },
    });
    await put("a");
    await advance(0);
    const { Contents } = await cloud.call("s3", "ListObjectsV2", { Bucket: "failed" });
    const key: string = Contents[0].Key;
    expect(key).toMatch(
      new RegExp(
        `^aws/lambda/${uuid}/shardId-[^/]+/2026/01/01/2026-01-01T00\\.00\\.00-[0-9a-f-]+$`,
      ),
    );
    const { Body } = await cloud.call("s3", "GetObject", { Bucket: "failed", Key: key });
    const chunks: Uint8Array[] = [];
    for await (const chunk of Body) {
      chunks.push(chunk);
    }
    const object = JSON.parse(Buffer.concat(chunks).toString());
    expect(idsOf(JSON.parse(object.payload))).toEqual(["a"]);
    expect(object.DDBStreamBatchInfo.batchSize).toBe(1);
  });

  test("a bucket that is not there does not hold up the shard", async () => {
    respond(() => {
      throw new Error("bad");
    });
    await connect({
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: "arn:aws:s3:::nowhere" } },
    });
    await put("a");
    await advance(0);
    await put("b");
    await advance(0);
    expect(batches).toEqual([["a"], ["b"]]);
    expect(cloud.log.records.some(({ message }) => message.includes("lost the record"))).toBe(true);
  });

  test("what a function reports as failed is where it goes on", async () => {
    let first = true;
    respond((event) => {
      const isFirst = first;
      first = false;
      const failed = event.Records.filter(({ dynamodb }) => /^[bd]$/.test(dynamodb.Keys.id.S));
      return isFirst
        ? { batchItemFailures: failed.map((r) => ({ itemIdentifier: r.dynamodb.SequenceNumber })) }
        : { batchItemFailures: [] };
    });
    await connect({ FunctionResponseTypes: ["ReportBatchItemFailures"] });
    await put("a", "b", "c", "d");
    await advance(5_000);
    expect(batches).toEqual([
      ["a", "b", "c", "d"],
      ["b", "c", "d"],
    ]);
  });

  test("bisecting goes on where the function says, and counts no retry for it", async () => {
    await cloud.call("sqs", "CreateQueue", { QueueName: "failed" });
    respond((event) => {
      const bad = event.Records.filter(({ dynamodb }) => dynamodb.Keys.id.S === "c");
      return {
        batchItemFailures: bad.map((r) => ({ itemIdentifier: r.dynamodb.SequenceNumber })),
      };
    });
    await connect({
      MaximumRetryAttempts: 0,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      DestinationConfig: { OnFailure: { Destination: QUEUE_ARN } },
    });
    await put("a", "b", "c", "d", "e");
    await advance(0);
    expect(batches).toEqual([["a", "b", "c", "d", "e"], ["c", "d", "e"], ["c"], ["d", "e"]]);
    expect(await failureRecords()).toMatchObject([
      {
        responseContext: { functionError: null },
        DDBStreamBatchInfo: { batchSize: 1 },
      },
    ]);
  });

  test("the record names the version that ran, and the request", async () => {
    await cloud.call("sqs", "CreateQueue", { QueueName: "failed" });
    await connect({ MaximumRetryAttempts: 0, Enabled: false });
    await cloud.call("lambda", "PublishVersion", { FunctionName: NAME });
    const [mapping] = (await cloud.call("lambda", "ListEventSourceMappings", {}))
      .EventSourceMappings;
    respond(() => {
      throw new Error("bad");
    });
    await reader.update(mapping.UUID, {
      FunctionName: `${NAME}:1`,
      Enabled: true,
      DestinationConfig: { OnFailure: { Destination: QUEUE_ARN } },
    });
    await put("a");
    await advance(0);
    const [call] = cloud.host.calls;
    expect(await failureRecords()).toMatchObject([
      {
        requestContext: {
          requestId: call?.invocation.requestId,
          functionArn: "arn:aws:lambda:us-east-1:000000000000:function:reader:1",
        },
        responseContext: { executedVersion: "1" },
      },
    ]);
  });

  test("throttling is no failure of the batch", async () => {
    await connect({ MaximumRetryAttempts: 0 });
    await cloud.call("lambda", "PutFunctionConcurrency", {
      FunctionName: NAME,
      ReservedConcurrentExecutions: 0,
    });
    await put("a");
    await advance(10_000);
    expect(batches).toEqual([]);
    await cloud.call("lambda", "DeleteFunctionConcurrency", { FunctionName: NAME });
    await advance(60_000);
    expect(batches).toEqual([["a"]]);
  });
});

describe("tumbling windows", () => {
  test("hand the state on, and say which invocation is the last", async () => {
    respond((event) => ({
      state: { count: (event.state?.count ?? 0) + event.Records.length },
    }));
    await connect({ TumblingWindowInSeconds: 60 });
    await put("a", "b");
    await advance(10_000);
    await put("c");
    await advance(49_999);
    await advance(1);
    await put("d");
    await advance(0);
    expect(
      events.map(({ state, isFinalInvokeForWindow: isFinal }) => [state?.count, isFinal]),
    ).toEqual([
      [undefined, false],
      [2, false],
      [3, true],
      [undefined, false],
    ]);
    expect(batches).toEqual([["a", "b"], ["c"], [], ["d"]]);
    expect(events[2]).toMatchObject({
      window: { start: "2026-01-01T00:00:00Z", end: "2026-01-01T00:01:00Z" },
      eventSourceARN: arn,
      isWindowTerminatedEarly: false,
    });
  });

  test("a response without a state is a failed invocation", async () => {
    let first = true;
    respond(() => {
      const answer = first ? { batchItemFailures: [] } : { state: {} };
      first = false;
      return answer;
    });
    await connect({ TumblingWindowInSeconds: 60 });
    await put("a");
    await advance(0);
    await put("b");
    await advance(1_000);
    expect(batches).toEqual([["a"], ["a"], ["b"]]);
  });

  test("a state of more than 1 MB ends the window early; it goes on with an empty one", async () => {
    const large = "x".repeat(1024 * 1024);
    respond((event) => ({ state: event.Records.length > 0 ? { large } : {} }));
    await connect({ TumblingWindowInSeconds: 60, BatchSize: 1 });
    await put("a");
    await advance(1_000);
    await cloud.restart();
    await put("b");
    await advance(60_000);
    const seen = events.map((event) => {
      const { Records, isWindowTerminatedEarly: isEarly, isFinalInvokeForWindow: isFinal } = event;
      return [Records.length, JSON.stringify(event.state).length, isEarly, isFinal];
    });
    const full = JSON.stringify({ large }).length;
    expect(seen).toEqual([
      [1, 2, false, false],
      [0, full, true, false],
      [1, 2, false, false],
      [0, full, true, false],
      [0, 2, false, true],
    ]);
  });

  test("the last invocation of a window is tried again as a batch is, and given up", async () => {
    respond((event) => {
      if (event.isFinalInvokeForWindow === true) {
        throw new Error("bad");
      }
      return { state: {} };
    });
    await connect({ TumblingWindowInSeconds: 60, MaximumRetryAttempts: 1 });
    await put("a");
    await advance(60_000);
    await put("b");
    await advance(1_000);
    expect(batches).toEqual([["a"], [], [], ["b"]]);
  });

  test("the state outlives a restart", async () => {
    respond((event) => ({ state: { count: (event.state?.count ?? 0) + event.Records.length } }));
    await connect({ TumblingWindowInSeconds: 60 });
    await put("a", "b");
    await advance(0);
    await cloud.restart();
    await advance(60_000);
    expect(events.at(-1)).toMatchObject({ state: { count: 2 }, isFinalInvokeForWindow: true });
  });
});
