import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStreamFixture, type StreamFixture } from "../testing/stream-fixture.ts";
import type { Input } from "../wire/operations.ts";

type Settings = Partial<Input<"lambda", "CreateEventSourceMapping">>;

interface StreamEvent {
  readonly Records: readonly {
    readonly eventName: string;
    readonly dynamodb: {
      readonly SequenceNumber: string;
      readonly Keys: { readonly id: { readonly S: string } };
    };
  }[];
  readonly window?: object;
  readonly state?: { readonly count?: number };
  readonly isFinalInvokeForWindow?: boolean;
}

const NAME = "reader";
const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:failed";
let cloud: StreamFixture;
let arn: string;
let batches: string[][];
let events: StreamEvent[];
let writes = 0;

beforeEach(async () => {
  cloud = await createStreamFixture();
  arn = await cloud.table("things");
  batches = [];
  events = [];
  respond(() => null);
});

afterEach(() => cloud.stop());

const idsOf = (event: StreamEvent): string[] =>
  event.Records.map(({ dynamodb }) => dynamodb.Keys.id.S);

function respond(answer: (event: StreamEvent) => unknown): void {
  cloud.host.script(NAME, (event) => {
    events.push(event as StreamEvent);
    batches.push(idsOf(event as StreamEvent));
    return answer(event as StreamEvent);
  });
}

async function put(...ids: string[]): Promise<void> {
  for (const id of ids) {
    writes += 1;
    const at = { N: String(Math.floor(cloud.clock.nowMs() / 1000)) };
    const Item = { id: { S: id }, at, write: { N: String(writes) } };
    await cloud.call("dynamodb", "PutItem", { TableName: "things", Item });
  }
}

const connect = (more: Settings = {}): Promise<string> => cloud.connect(NAME, arn, more);
const advance = (ms: number): Promise<void> => cloud.clock.advance(ms);
const update = (UUID: string, more: object): Promise<unknown> =>
  cloud.call("lambda", "UpdateEventSourceMapping", { UUID, ...more });
const describeMapping = (UUID: string) => cloud.call("lambda", "GetEventSourceMapping", { UUID });

async function failureRecords(): Promise<readonly Record<string, unknown>[]> {
  const { QueueUrl } = await cloud.call("sqs", "GetQueueUrl", { QueueName: "failed" });
  const { Messages = [] } = await cloud.call("sqs", "ReceiveMessage", {
    QueueUrl,
    MaxNumberOfMessages: 10,
  });
  return Messages.map(({ Body }: { Body: string }) => JSON.parse(Body));
}

describe("reading", () => {
  test("invokes with the event as AWS writes it", async () => {
    await connect();
    const Item = { id: { S: "a" }, raw: { B: new Uint8Array([1, 2]) } };
    await cloud.call("dynamodb", "PutItem", { TableName: "things", Item });
    await advance(0);
    expect(events).toEqual([
      {
        Records: [
          {
            eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
            eventName: "INSERT",
            eventVersion: "1.1",
            eventSource: "aws:dynamodb",
            awsRegion: "us-east-1",
            dynamodb: {
              ApproximateCreationDateTime: cloud.clock.nowMs() / 1000,
              Keys: { id: { S: "a" } },
              NewImage: { id: { S: "a" }, raw: { B: "AQI=" } },
              SequenceNumber: expect.stringMatching(/^\d+$/),
              SizeBytes: 3 + 3 + 5,
              StreamViewType: "NEW_AND_OLD_IMAGES",
            },
            eventSourceARN: arn,
          },
        ],
      },
    ]);
  });

  test("names the service in records of expired items", async () => {
    await cloud.call("dynamodb", "UpdateTimeToLive", {
      TableName: "things",
      TimeToLiveSpecification: { Enabled: true, AttributeName: "at" },
    });
    await connect();
    await put("a");
    await advance(1);
    expect(events.at(-1)?.Records.at(-1)).toMatchObject({
      eventName: "REMOVE",
      userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
    });
  });

  test("begins with what is there, or with what comes", async () => {
    await put("before");
    await connect({ StartingPosition: "LATEST" });
    await put("after");
    await advance(0);
    expect(batches).toEqual([["after"]]);
    const earlier = await cloud.connect("earlier", arn);
    await advance(0);
    const calls = cloud.host.calls.filter(({ spec }) => spec.name === "earlier");
    expect(calls.length).toBe(1);
    expect(earlier).toBeDefined();
  });

  test("latest: what was written while the engine was down is read after it", async () => {
    await connect({ StartingPosition: "LATEST" });
    await cloud.stop();
    await put("a");
    await cloud.restart();
    await advance(0);
    expect(batches).toEqual([["a"]]);
  });

  test("keeps to the batch size, and gathers within the window", async () => {
    await connect({ BatchSize: 2, MaximumBatchingWindowInSeconds: 10 });
    await put("a");
    await advance(4_000);
    await put("b", "c");
    await advance(0);
    expect(batches).toEqual([["a", "b"]]);
    await advance(9_999);
    expect(batches.length).toBe(1);
    await advance(1);
    expect(batches[1]).toEqual(["c"]);
  });

  test("leaves out what its filters do, and reads it once", async () => {
    await connect({
      FilterCriteria: {
        Filters: [{ Pattern: JSON.stringify({ dynamodb: { Keys: { id: { S: ["b"] } } } }) }],
      },
    });
    await put("a", "b", "c");
    await advance(0);
    expect(batches).toEqual([["b"]]);
    await cloud.restart();
    await advance(60_000);
    expect(batches).toEqual([["b"]]);
  });

  test("parallel lanes keep each key in order, one batch at a time", async () => {
    const running = new Map<string, number>();
    const faults: string[] = [];
    cloud.host.script(NAME, async (event) => {
      const ids = new Set(idsOf(event as StreamEvent));
      for (const id of ids) {
        if (running.has(id)) {
          faults.push(id);
        }
        running.set(id, 1);
      }
      await cloud.clock.sleepUntil(cloud.clock.nowMs() + 100);
      for (const id of ids) {
        running.delete(id);
      }
      batches.push([...ids]);
    });
    await connect({ ParallelizationFactor: 4, BatchSize: 1 });
    await put("a", "b", "c", "d", "a", "b", "c", "d");
    await advance(5_000);
    expect(faults).toEqual([]);
    expect(batches.flat().sort()).toEqual(["a", "a", "b", "b", "c", "c", "d", "d"]);
    expect(cloud.host.running.max).toBeGreaterThan(1);
  });

  test("a stream that is disabled is read to its end", async () => {
    await put("a");
    await cloud.call("dynamodb", "UpdateTable", {
      TableName: "things",
      StreamSpecification: { StreamEnabled: false },
    });
    await connect();
    await advance(60_000);
    expect(batches).toEqual([["a"]]);
  });
});

describe("states", () => {
  test("disabled: reads nothing; enabled again: goes on where it was", async () => {
    const uuid = await connect();
    await put("a");
    await advance(0);
    await update(uuid, { Enabled: false });
    await advance(0);
    await put("b");
    await advance(60_000);
    expect(batches).toEqual([["a"]]);
    expect(await describeMapping(uuid)).toMatchObject({ State: "Disabled" });
    await update(uuid, { Enabled: true });
    await advance(0);
    expect(batches).toEqual([["a"], ["b"]]);
    expect(await describeMapping(uuid)).toMatchObject({
      State: "Enabled",
      LastProcessingResult: "OK",
      StartingPosition: "TRIM_HORIZON",
      BatchSize: 100,
      ParallelizationFactor: 1,
      MaximumRetryAttempts: -1,
      DestinationConfig: { OnFailure: {} },
    });
  });

  test("deleted: leaves no row behind, even with a batch under way", async () => {
    let finish = (): void => {};
    respond(() => new Promise<void>((resolve) => (finish = resolve)));
    const uuid = await connect();
    await put("a");
    await advance(0);
    await cloud.call("lambda", "DeleteEventSourceMapping", { UUID: uuid });
    await advance(0);
    finish();
    await advance(1_000);
    const rows = await cloud.store.read((tx) => [...tx.range({ prefix: ["stream-position"] })]);
    expect(rows).toEqual([]);
  });

  test("a change waits for the batch that is under way", async () => {
    let finish = (): void => {};
    respond(() => new Promise<void>((resolve) => (finish = resolve)));
    const uuid = await connect();
    await put("a");
    await advance(0);
    await update(uuid, { BatchSize: 1 });
    await put("b", "c");
    await advance(1_000);
    expect(cloud.host.running.now).toBe(1);
    respond(() => null);
    finish();
    await advance(0);
    expect(batches).toEqual([["a"], ["b"], ["c"]]);
  });

  test("more lanes lose nothing", async () => {
    const uuid = await connect({ BatchSize: 1 });
    await put("a", "b", "c", "d");
    await advance(0);
    await update(uuid, { ParallelizationFactor: 3 });
    await put("e", "f", "g", "h");
    await advance(0);
    expect(new Set(batches.flat())).toEqual(new Set(["a", "b", "c", "d", "e", "f", "g", "h"]));
  });

  const refusals: readonly [Settings, string][] = [
    [{ StartingPosition: undefined }, "startingPosition"],
    [{ StartingPosition: "AT_TIMESTAMP" }, "AT_TIMESTAMP"],
    [
      { EventSourceArn: "arn:aws:dynamodb:us-east-1:000000000000:table/things/stream/x" },
      "not found",
    ],
    [{ ScalingConfig: { MaximumConcurrency: 2 } }, "ScalingConfig"],
    [{ MaximumRecordAgeInSeconds: 59 }, "MaximumRecordAgeInSeconds"],
    [{ TumblingWindowInSeconds: 10, ParallelizationFactor: 2 }, "ParallelizationFactor"],
    [{ DestinationConfig: { OnFailure: { Destination: "arn:aws:lambda:x:y:z" } } }, "destination"],
  ];
  test.each(refusals)("create: refuses %j", async (settings, word) => {
    await expect(connect(settings)).rejects.toMatchObject({
      code: "InvalidParameterValueException",
      message: expect.stringContaining(word),
    });
  });
});

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
