import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StreamFixture } from "../testing/stream-fixture.ts";
import {
  createStreamReaderFixture,
  idsOf,
  type MappingSettings,
  READER as NAME,
  type StreamEvent,
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
const update = (UUID: string, more: object): Promise<unknown> => reader.update(UUID, more);
const describeMapping = (UUID: string) => cloud.call("lambda", "GetEventSourceMapping", { UUID });

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

  test("writes members in AWS's order", async () => {
    await connect();
    await put("a");
    await put("a");
    await advance(0);
    const [, change] = events[0]?.Records ?? [];
    expect(Object.keys(change ?? {})).toEqual([
      "eventID",
      "eventName",
      "eventVersion",
      "eventSource",
      "awsRegion",
      "dynamodb",
      "eventSourceARN",
    ]);
    expect(Object.keys(change?.dynamodb ?? {})).toEqual([
      "ApproximateCreationDateTime",
      "Keys",
      "NewImage",
      "OldImage",
      "SequenceNumber",
      "SizeBytes",
      "StreamViewType",
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

  const refusals: readonly [MappingSettings, string][] = [
    [{ StartingPosition: undefined }, "startingPosition"],
    [{ StartingPosition: "AT_TIMESTAMP" }, "AT_TIMESTAMP"],
    [
      { EventSourceArn: "arn:aws:dynamodb:us-east-1:000000000000:table/things/stream/x" },
      "not found",
    ],
    [{ ScalingConfig: { MaximumConcurrency: 2 } }, "calingConfig"],
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
