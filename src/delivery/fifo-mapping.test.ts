import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSeededRandom } from "../platform/random.ts";
import { createLambdaFixture, type LambdaFixture } from "../testing/lambda-fixture.ts";
import type { Input } from "../wire/operations.ts";
import { createEventSourcePollers } from "./event-source-pollers.ts";
import type { Worker } from "./worker.ts";

const NAME = "orders.fifo";
const QUEUE_URL = `http://localhost:4566/000000000000/${NAME}`;
const VISIBILITY_MS = 30_000;

interface Event {
  readonly Records: readonly {
    readonly body: string;
    readonly messageId: string;
    readonly attributes: { readonly MessageGroupId: string };
  }[];
}

let fixture: LambdaFixture;
let worker: Worker;
/** What the function got, `group:body`, batch by batch. */
let batches: string[][];

beforeEach(async () => {
  fixture = await createLambdaFixture();
  batches = [];
  await fixture.createFunction("orders");
  const Attributes = { FifoQueue: "true", ContentBasedDeduplication: "false" };
  await fixture.sqs("CreateQueue", { QueueName: NAME, Attributes });
  const { lambda, store, dispatcher, clock, log } = fixture;
  worker = createEventSourcePollers({
    store,
    sources: lambda.eventSources,
    sinks: {},
    random: createSeededRandom(1),
    dispatcher,
    clock,
    log,
  });
  worker.start();
});

afterEach(() => worker.stop());

function respond(answer: (event: Event) => unknown): void {
  fixture.host.script("orders", (event) => {
    const given = event as Event;
    batches.push(
      given.Records.map(
        ({ attributes, body }) => `${attributes.MessageGroupId}:${body.slice(0, 2)}`,
      ),
    );
    return answer(given);
  });
}

async function connect(
  settings: Partial<Input<"lambda", "CreateEventSourceMapping">> = {},
): Promise<void> {
  await fixture.call("CreateEventSourceMapping", {
    FunctionName: "orders",
    EventSourceArn: `arn:aws:sqs:us-east-1:000000000000:${NAME}`,
    ...settings,
  });
  await fixture.clock.advance(0);
}

async function send(MessageGroupId: string, ...bodies: string[]): Promise<void> {
  for (const MessageBody of bodies) {
    const MessageDeduplicationId = `${MessageGroupId}${MessageBody.slice(0, 2)}`;
    await fixture.sqs("SendMessage", {
      QueueUrl: QUEUE_URL,
      MessageBody,
      MessageGroupId,
      MessageDeduplicationId,
    });
  }
}

function ofGroup(group: string): string[] {
  return batches.flat().filter((entry) => entry.startsWith(`${group}:`));
}

describe("mapping of a FIFO queue", () => {
  test("has one batch of a group with the function at a time, and several groups", async () => {
    const ends: (() => void)[] = [];
    respond(() => new Promise<void>((resolve) => ends.push(resolve)));
    await connect({ BatchSize: 1 });
    await send("a", "m1", "m2");
    await send("b", "m1");
    await fixture.clock.advance(1_000);
    expect(batches).toEqual([["a:m1"], ["b:m1"]]);
    ends[0]?.();
    await fixture.clock.advance(0);
    expect(batches).toEqual([["a:m1"], ["b:m1"], ["a:m2"]]);
  });

  test("what fails comes again before what stands behind it in its group", async () => {
    let failures = 1;
    respond((event) => {
      const isOurs = event.Records.some(({ attributes }) => attributes.MessageGroupId === "a");
      if (isOurs && failures > 0) {
        failures -= 1;
        throw new Error("not now");
      }
    });
    await send("a", "m1", "m2");
    await connect({ BatchSize: 2 });
    await fixture.clock.advance(0);
    await send("a", "m3");
    await send("b", "m1");
    await fixture.clock.advance(VISIBILITY_MS - 1_000);
    expect(ofGroup("a")).toEqual(["a:m1", "a:m2"]);
    expect(ofGroup("b")).toEqual(["b:m1"]);
    await fixture.clock.advance(60_000);
    expect(ofGroup("a")).toEqual(["a:m1", "a:m2", "a:m1", "a:m2", "a:m3"]);
  });

  test("a batch too large for one invocation stops at the first failure of a group", async () => {
    const text = (name: string): string => name.padEnd(900_000, "x");
    let failures = 1;
    respond(() => {
      if (failures > 0) {
        failures -= 1;
        throw new Error("not now");
      }
    });
    await send("a", ...["m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"].map(text));
    await send("b", text("m8"));
    await connect();
    await fixture.clock.advance(0);
    expect(batches).toEqual([["a:m0", "a:m1", "a:m2", "a:m3", "a:m4", "a:m5"], ["b:m8"]]);
    await fixture.clock.advance(VISIBILITY_MS);
    expect(ofGroup("a").slice(6)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((n) => `a:m${n}`));
  });
});
