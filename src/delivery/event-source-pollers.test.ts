import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSeededRandom } from "../platform/random.ts";
import { createLambdaFixture, type LambdaFixture } from "../testing/lambda-fixture.ts";
import type { Input } from "../wire/operations.ts";
import { createEventSourcePollers } from "./event-source-pollers.ts";
import type { Worker } from "./worker.ts";

const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:orders";
const QUEUE_URL = "http://localhost:4566/000000000000/orders";
const NAME = "orders";

interface Event {
  readonly Records: readonly Record<string, unknown>[];
}

let fixture: LambdaFixture;
let worker: Worker;
let batches: string[][];

beforeEach(async () => {
  fixture = await createLambdaFixture();
  worker = newWorker();
  worker.start();
  batches = [];
  await fixture.createFunction(NAME);
  await fixture.sqs("CreateQueue", { QueueName: NAME });
  respond(() => null);
});

afterEach(() => worker.stop());

function newWorker(): Worker {
  const { lambda, store, dispatcher, clock, log } = fixture;
  return createEventSourcePollers({
    store,
    sources: lambda.eventSources,
    sinks: {},
    random: createSeededRandom(1),
    dispatcher,
    clock,
    log,
  });
}

function respond(answer: (event: Event) => unknown): void {
  fixture.host.script(NAME, (event) => {
    const given = event as Event;
    batches.push(given.Records.map((record) => String(record["body"])));
    return answer(given);
  });
}

async function connect(
  settings: Partial<Input<"lambda", "CreateEventSourceMapping">> = {},
): Promise<string> {
  const mapping = await fixture.call("CreateEventSourceMapping", {
    FunctionName: NAME,
    EventSourceArn: QUEUE_ARN,
    ...settings,
  });
  await fixture.clock.advance(0);
  return mapping.UUID ?? "";
}

async function send(...bodies: string[]): Promise<void> {
  for (let from = 0; from < bodies.length; from += 10) {
    await fixture.sqs("SendMessageBatch", {
      QueueUrl: QUEUE_URL,
      Entries: bodies
        .slice(from, from + 10)
        .map((body, index) => ({ Id: String(index), MessageBody: body })),
    });
  }
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `m${index}`);
}

async function left(): Promise<number> {
  const { Attributes } = await fixture.sqs("GetQueueAttributes", {
    QueueUrl: QUEUE_URL,
    AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
  });
  return (
    Number(Attributes?.["ApproximateNumberOfMessages"]) +
    Number(Attributes?.["ApproximateNumberOfMessagesNotVisible"])
  );
}

describe("event source mapping", () => {
  test("invokes with the event as AWS writes it, and deletes what succeeded", async () => {
    const events: Event[] = [];
    respond((event) => void events.push(event));
    await connect();
    await fixture.sqs("SendMessage", {
      QueueUrl: QUEUE_URL,
      MessageBody: "hello",
      MessageAttributes: {
        kind: { DataType: "String", StringValue: "greeting" },
        raw: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2]) },
      },
    });
    await fixture.clock.advance(0);
    expect(events).toEqual([
      {
        Records: [
          {
            messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
            receiptHandle: expect.stringMatching(/.+/),
            body: "hello",
            attributes: {
              ApproximateReceiveCount: "1",
              SentTimestamp: String(fixture.clock.nowMs()),
              SenderId: expect.any(String),
              ApproximateFirstReceiveTimestamp: String(fixture.clock.nowMs()),
            },
            messageAttributes: {
              kind: {
                stringValue: "greeting",
                stringListValues: [],
                binaryListValues: [],
                dataType: "String",
              },
              raw: {
                binaryValue: "AQI=",
                stringListValues: [],
                binaryListValues: [],
                dataType: "Binary",
              },
            },
            md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
            md5OfBody: "5d41402abc4b2a76b9719d911017c592",
            eventSource: "aws:sqs",
            eventSourceARN: QUEUE_ARN,
            awsRegion: "us-east-1",
          },
        ],
      },
    ]);
    expect(await left()).toBe(0);
  });

  test("carries the trace of a message into the invocation", async () => {
    const trace = "Root=1-6955b900-000000000000000000000001;Parent=0000000000000001;Sampled=1";
    await connect();
    await fixture.sqs("SendMessage", {
      QueueUrl: QUEUE_URL,
      MessageBody: "traced",
      MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: trace } },
    });
    await fixture.clock.advance(0);
    const [seen] = fixture.host.calls.map(({ invocation }) => invocation.trace);
    expect(seen).toMatch(new RegExp(`^${trace};Lineage=[0-9a-f]+:1$`));
  });

  test("drains a backlog in batches, several at once", async () => {
    await send(...numbered(100));
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    respond(() => gate);
    await connect();
    await fixture.clock.advance(0);
    expect(fixture.host.running.now).toBeGreaterThan(4);
    open();
    await fixture.clock.advance(0);
    expect(batches.flat().sort()).toEqual(numbered(100).sort());
    expect(batches.every((batch) => batch.length === 10)).toBe(true);
    expect(await left()).toBe(0);
  });

  test("an idle queue costs one receiver", async () => {
    await send(...numbered(60));
    await connect();
    await fixture.clock.advance(60_000);
    const before = fixture.clock.nextDueMs();
    expect(before).toBeDefined();
    let receives = 0;
    const { dispatcher } = fixture;
    const original = dispatcher.call;
    dispatcher.call = ((...args: Parameters<typeof original>) => {
      receives += args[2] === "ReceiveMessage" ? 1 : 0;
      return original(...args);
    }) as typeof original;
    await fixture.clock.advance(60_000);
    expect(receives).toBe(3);
  });

  test("keeps to its maximum concurrency, and to what the function reserves", async () => {
    respond(() => new Promise(() => {}));
    const uuid = await connect({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 3 } });
    await send(...numbered(10));
    await fixture.clock.advance(0);
    expect(fixture.host.running.max).toBe(3);
    await fixture.call("DeleteEventSourceMapping", { UUID: uuid });
    await fixture.call("PutFunctionConcurrency", {
      FunctionName: NAME,
      ReservedConcurrentExecutions: 5,
    });
    await fixture.clock.advance(0);
    await connect({ BatchSize: 1 });
    await fixture.clock.advance(0);
    expect(fixture.host.running.max).toBe(5);
  });

  test("leaves a failed batch to the visibility timeout", async () => {
    let failures = 1;
    respond(() => {
      if (failures > 0) {
        failures -= 1;
        throw new Error("not now");
      }
      return null;
    });
    await connect();
    await send("a", "b");
    await fixture.clock.advance(29_999);
    expect(batches).toEqual([["a", "b"]]);
    await fixture.clock.advance(1);
    expect(batches).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
    expect(await left()).toBe(0);
  });

  test("gathers a batch within its window", async () => {
    await connect({ BatchSize: 25, MaximumBatchingWindowInSeconds: 5 });
    await send("a");
    await fixture.clock.advance(3_000);
    await send("b");
    await fixture.clock.advance(1_999);
    expect(batches).toEqual([]);
    await fixture.clock.advance(1);
    expect(batches).toEqual([["a", "b"]]);
    await send(...numbered(25));
    await fixture.clock.advance(0);
    expect(batches[1]?.length).toBe(25);
    await fixture.clock.advance(0);
    expect(await left()).toBe(0);
  });

  test("does not wait for its window when a batch is as large as an event may be", async () => {
    await connect({ BatchSize: 100, MaximumBatchingWindowInSeconds: 60 });
    for (const name of numbered(7)) {
      const MessageBody = name.padEnd(1_000_000, "x");
      await fixture.sqs("SendMessage", { QueueUrl: QUEUE_URL, MessageBody });
    }
    await fixture.clock.advance(0);
    expect(batches.map((batch) => batch.length)).toEqual([6, 1]);
  });

  test("deletes what its filters leave out, without invoking", async () => {
    await connect({
      FilterCriteria: {
        Filters: [{ Pattern: '{"body":{"state":["paid"]}}' }, { Pattern: '{"body":["plain"]}' }],
      },
    });
    await send('{"state":"paid"}', '{"state":"open"}', "plain", "other");
    await fixture.clock.advance(0);
    expect(batches).toEqual([['{"state":"paid"}', "plain"]]);
    expect(await left()).toBe(0);
  });

  test("stops receiving when disabled or deleted, and follows changes", async () => {
    const uuid = await connect();
    await fixture.call("UpdateEventSourceMapping", { UUID: uuid, Enabled: false });
    await fixture.clock.advance(0);
    await send("a");
    await fixture.clock.advance(60_000);
    expect(batches).toEqual([]);
    await fixture.call("UpdateEventSourceMapping", { UUID: uuid, Enabled: true, BatchSize: 1 });
    await fixture.clock.advance(0);
    await send("b", "c");
    await fixture.clock.advance(0);
    expect(batches.map((batch) => batch.length)).toEqual([1, 1, 1]);
    await fixture.call("DeleteEventSourceMapping", { UUID: uuid });
    await fixture.clock.advance(0);
    await send("d");
    await fixture.clock.advance(60_000);
    expect(batches.flat()).not.toContain("d");
  });

  test("waits while the function is throttled, within the visibility timeout", async () => {
    let release = (): void => {};
    await fixture.call("PutFunctionConcurrency", {
      FunctionName: NAME,
      ReservedConcurrentExecutions: 1,
    });
    fixture.host.script(NAME, (event) => {
      if (event === null) {
        return new Promise<void>((resolve) => (release = resolve));
      }
      batches.push((event as Event).Records.map((record) => String(record["body"])));
      return null;
    });
    const Payload = Buffer.from("null");
    const busy = fixture.call("Invoke", { FunctionName: NAME, Payload });
    await connect();
    await send("a");
    await fixture.clock.advance(2_500);
    expect(batches).toEqual([]);
    release();
    await busy;
    await fixture.clock.advance(500);
    expect(batches).toEqual([["a"]]);
    expect(await left()).toBe(0);
  });

  test("what was with the function when the engine stopped comes back", async () => {
    respond(() => new Promise(() => {}));
    await connect();
    await send("a");
    await fixture.clock.advance(0);
    await worker.stop();
    respond(() => null);
    worker = newWorker();
    worker.start();
    await fixture.clock.advance(30_000);
    expect(batches).toEqual([["a"], ["a"]]);
    expect(await left()).toBe(0);
  });

  test("rests between tries when the queue is gone", async () => {
    await connect();
    await fixture.sqs("DeleteQueue", { QueueUrl: QUEUE_URL });
    await fixture.clock.advance(60_000);
    const warnings = fixture.log.records.filter(({ level }) => level === "warn");
    expect(warnings.length).toBeGreaterThan(2);
    expect(warnings.length).toBeLessThan(10);
  });
});

describe("partial batch failures", () => {
  const failing = (...items: unknown[]) => ({ batchItemFailures: items });
  const idOf = (event: Event, body: string): unknown =>
    event.Records.find((record) => record["body"] === body)?.["messageId"];

  const cases: readonly [string, (event: Event) => unknown, readonly string[]][] = [
    ["one item", (event) => failing({ itemIdentifier: idOf(event, "b") }), ["b"]],
    ["an empty list", () => failing(), []],
    ["null", () => null, []],
    ["an empty object", () => ({}), []],
    ["a list that is null", () => ({ batchItemFailures: null }), []],
    ["an empty identifier", () => failing({ itemIdentifier: "" }), ["a", "b", "c"]],
    ["an identifier that is null", () => failing({ itemIdentifier: null }), ["a", "b", "c"]],
    ["a misnamed identifier", () => failing({ id: "x" }), ["a", "b", "c"]],
    ["an unknown identifier", () => failing({ itemIdentifier: "x" }), ["a", "b", "c"]],
    ["something that is no list", () => ({ batchItemFailures: "b" }), ["a", "b", "c"]],
    ["a text", () => "done", ["a", "b", "c"]],
  ];

  test.each(cases)(
    "%s: the failed ones come back, the others are deleted",
    async (_, answer, failed) => {
      let first = true;
      respond((event) => {
        const isFirst = first;
        first = false;
        return isFirst ? answer(event) : null;
      });
      await connect({ FunctionResponseTypes: ["ReportBatchItemFailures"] });
      await send("a", "b", "c");
      await fixture.clock.advance(0);
      expect(await left()).toBe(failed.length);
      await fixture.clock.advance(30_000);
      expect(batches.slice(1).flat()).toEqual(failed);
    },
  );

  test("are ignored when the mapping does not ask for them", async () => {
    respond((event) => failing({ itemIdentifier: idOf(event, "b") }));
    await connect();
    await send("a", "b");
    await fixture.clock.advance(60_000);
    expect(batches).toEqual([["a", "b"]]);
  });
});
