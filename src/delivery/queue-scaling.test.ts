import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSeededRandom } from "../platform/random.ts";
import { createLambdaFixture, type LambdaFixture } from "../testing/lambda-fixture.ts";
import type { Input } from "../wire/operations.ts";
import { createEventSourcePollers } from "./event-source-pollers.ts";
import { scalingRules } from "./queue-scaling.ts";
import type { Worker } from "./worker.ts";

const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:orders";
const QUEUE_URL = "http://localhost:4566/000000000000/orders";
const NAME = "orders";

let fixture: LambdaFixture;
let worker: Worker | undefined;

beforeEach(async () => {
  fixture = await createLambdaFixture();
  await fixture.createFunction(NAME, { Timeout: 900 });
  await fixture.sqs("CreateQueue", {
    QueueName: NAME,
    Attributes: { VisibilityTimeout: "43200" },
  });
  fixture.host.script(NAME, () => new Promise(() => {}));
});

afterEach(() => worker?.stop());

function start(environmentsMax?: number): void {
  const { lambda, store, dispatcher, clock, log } = fixture;
  worker = createEventSourcePollers({
    store,
    sources: lambda.eventSources,
    sinks: {},
    random: createSeededRandom(1),
    dispatcher,
    clock,
    log,
    environmentsMax,
  });
  worker.start();
}

async function connect(
  settings: Partial<Input<"lambda", "CreateEventSourceMapping">> = {},
): Promise<void> {
  const request = { FunctionName: NAME, EventSourceArn: QUEUE_ARN, BatchSize: 1, ...settings };
  await fixture.call("CreateEventSourceMapping", request);
  await fixture.clock.advance(0);
}

async function send(count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 10) {
    const Entries = Array.from({ length: Math.min(10, count - sent) }, (_, id) => ({
      Id: String(id),
      MessageBody: "x",
    }));
    await fixture.sqs("SendMessageBatch", { QueueUrl: QUEUE_URL, Entries });
  }
}

describe("scaling", () => {
  test("begins with five batches and adds one every 200 ms while all are busy", async () => {
    start();
    await connect();
    await send(20);
    await fixture.clock.advance(0);
    expect(fixture.host.running.now).toBe(5);
    await fixture.clock.advance(199);
    expect(fixture.host.running.now).toBe(5);
    await fixture.clock.advance(1);
    expect(fixture.host.running.now).toBe(6);
    await fixture.clock.advance(1_000);
    expect(fixture.host.running.now).toBe(11);
    await fixture.clock.advance(60_000);
    expect(fixture.host.running.now).toBe(20);
  });

  test("runs no more than the machine can", async () => {
    start(7);
    await connect();
    await send(20);
    await fixture.clock.advance(60_000);
    expect(fixture.host.running.now).toBe(7);
  });

  test("in provisioned mode begins with ten batches for each poller that is ready", async () => {
    start();
    await connect({ ProvisionedPollerConfig: { MinimumPollers: 2, MaximumPollers: 3 } });
    await send(40);
    await fixture.clock.advance(0);
    expect(fixture.host.running.now).toBe(20);
    await fixture.clock.advance(60);
    expect(fixture.host.running.now).toBe(21);
    await fixture.clock.advance(60_000);
    expect(fixture.host.running.now).toBe(30);
  });

  test("goes back to five when the load is over", async () => {
    let finish: (() => void)[] = [];
    fixture.host.script(NAME, () => new Promise<void>((resolve) => finish.push(resolve)));
    start();
    await connect();
    await send(12);
    await fixture.clock.advance(10_000);
    expect(fixture.host.running.now).toBe(12);
    for (const end of finish) {
      end();
    }
    await fixture.clock.advance(21_000);
    expect(fixture.host.running.now).toBe(0);
    finish = [];
    await send(12);
    await fixture.clock.advance(0);
    expect(fixture.host.running.now).toBe(5);
  });

  test("a function that fails gets fewer batches at once", async () => {
    let isFailing = true;
    fixture.host.script(NAME, () => {
      if (isFailing) {
        throw new Error("no");
      }
      return new Promise(() => {});
    });
    await fixture.sqs("SetQueueAttributes", {
      QueueUrl: QUEUE_URL,
      Attributes: { VisibilityTimeout: "900" },
    });
    start();
    await connect();
    await send(30);
    await fixture.clock.advance(1_000);
    isFailing = false;
    await send(30);
    await fixture.clock.advance(1_000);
    expect(fixture.host.running.now).toBe(2);
    await fixture.clock.advance(20_000);
    expect(fixture.host.running.now).toBe(30);
  });
});

test("a function that fails every batch at the same time is read on", async () => {
  let fail: (() => void)[] = [];
  fixture.host.script(
    NAME,
    () => new Promise((_, reject) => fail.push(() => reject(new Error("no")))),
  );
  start();
  await connect();
  await send(5);
  await fixture.clock.advance(0);
  for (let round = 0; round < 4; round += 1) {
    const [...failing] = fail;
    fail = [];
    for (const end of failing) {
      end();
    }
    await send(1);
    await fixture.clock.advance(10_000);
    expect(fail).toHaveLength(1);
  }
});

test("messages for a function that reserves nothing end in the dead letters", async () => {
  await fixture.sqs("CreateQueue", { QueueName: "dead" });
  const deadLetterTargetArn = QUEUE_ARN.replace(/orders$/, "dead");
  await fixture.call("UpdateFunctionConfiguration", { FunctionName: NAME, Timeout: 3 });
  await fixture.sqs("SetQueueAttributes", {
    QueueUrl: QUEUE_URL,
    Attributes: {
      VisibilityTimeout: "30",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }),
    },
  });
  await fixture.call("PutFunctionConcurrency", {
    FunctionName: NAME,
    ReservedConcurrentExecutions: 0,
  });
  start();
  await connect();
  await send(1);
  await fixture.clock.advance(200_000);
  const { Attributes } = await fixture.sqs("GetQueueAttributes", {
    QueueUrl: QUEUE_URL.replace(/orders$/, "dead"),
    AttributeNames: ["ApproximateNumberOfMessages"],
  });
  expect(Attributes?.["ApproximateNumberOfMessages"]).toBe("1");
  expect(fixture.host.calls).toHaveLength(0);
});

describe("limits of scaling", () => {
  const none = { concurrencyMax: undefined, pollers: undefined, machineMax: undefined };

  test.each([
    ["AWS's", none, { first: 5, max: 1_250 }],
    ["a maximum concurrency", { ...none, concurrencyMax: 3 }, { first: 3, max: 3 }],
    ["a function that reserves nothing", { ...none, concurrencyMax: 0 }, { first: 1, max: 1 }],
    ["the machine's", { ...none, concurrencyMax: 900, machineMax: 64 }, { first: 5, max: 64 }],
    ["pollers", { ...none, pollers: { min: 2, max: 200 } }, { first: 20, max: 2_000 }],
  ] as const)("%s", (_, given, expected) => {
    expect(scalingRules(given)).toMatchObject(expected);
  });
});
