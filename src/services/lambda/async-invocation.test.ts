import { beforeEach, describe, expect, test } from "vitest";
import { utf8Encode } from "../../base/bytes.ts";
import { deliver } from "../../outbox/sink.ts";
import { createLambdaFixture, type LambdaFixture } from "../../testing/lambda-fixture.ts";

const QUEUE = "arn:aws:sqs:us-east-1:000000000000:failed";
const TOPIC = "arn:aws:sns:us-east-1:000000000000:done";
const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:orders";
const BUS = "arn:aws:events:us-east-1:000000000000:event-bus/default";
const START = Date.UTC(2026, 0, 1);

let fixture: LambdaFixture;
let callTimes: number[];

beforeEach(async () => {
  fixture = await createLambdaFixture();
  callTimes = [];
});

function fail(message = "no stock"): void {
  fixture.host.script("orders", () => {
    callTimes.push(fixture.clock.nowMs() - START);
    throw new RangeError(message);
  });
}

async function sendEvent(payload: unknown = { id: 1 }, requestId = "request-1"): Promise<void> {
  await fixture.call(
    "Invoke",
    {
      FunctionName: "orders",
      InvocationType: "Event",
      Payload: utf8Encode(JSON.stringify(payload)),
    },
    { requestId },
  );
}

async function* streamOf(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  yield* texts.map(utf8Encode);
}

function recordOf(payload: string | undefined): Record<string, unknown> {
  return JSON.parse(payload ?? "null");
}

describe("asynchronous invocation", () => {
  test("is accepted at once and run by the worker", async () => {
    await fixture.createFunction("orders");
    const answer = await fixture.call("Invoke", {
      FunctionName: "orders",
      InvocationType: "Event",
      Payload: utf8Encode('{"id":1}'),
    });
    expect(answer.StatusCode).toBe(202);
    expect(fixture.host.calls).toEqual([]);
    await fixture.clock.advance(0);
    expect(fixture.host.calls.length).toBe(1);
  });

  test("is accepted by the older operation, whose payload is streamed", async () => {
    await fixture.createFunction("orders");
    const send = (payload: string) =>
      fixture.call("InvokeAsync", {
        FunctionName: "orders",
        InvokeArgs: streamOf(payload.slice(0, 3), payload.slice(3)),
      });
    expect(await send('{"id":1}')).toEqual({ Status: 202 });
    await fixture.clock.advance(0);
    expect(fixture.host.calls.map(({ invocation }) => invocation.payload)).toEqual([
      Buffer.from('{"id":1}'),
    ]);
    await expect(send("{")).rejects.toThrow(/Could not parse request body into json/);
    await expect(send(`"${"x".repeat(1024 * 1024)}"`)).rejects.toMatchObject({
      code: "RequestTooLargeException",
    });
  });

  test("is retried after one minute and after two, with one request id", async () => {
    await fixture.createFunction("orders");
    fail();
    await sendEvent();
    await fixture.clock.advance(24 * 3_600_000);
    expect(callTimes).toEqual([0, 60_000, 180_000]);
    const ids = fixture.host.calls.map(({ invocation }) => invocation.requestId);
    expect(new Set(ids)).toEqual(new Set(["request-1"]));
  });

  test("stops retrying once the function succeeds", async () => {
    await fixture.createFunction("orders");
    fixture.host.script("orders", () => {
      callTimes.push(fixture.clock.nowMs() - START);
      if (callTimes.length < 2) {
        throw new Error("once");
      }
    });
    await sendEvent();
    await fixture.clock.advance(24 * 3_600_000);
    expect(callTimes).toEqual([0, 60_000]);
  });

  test("sends a dead letter with AWS's attributes", async () => {
    await fixture.createFunction("orders", { DeadLetterConfig: { TargetArn: QUEUE } });
    fail("no stock");
    await sendEvent({ id: 7 });
    await fixture.clock.advance(180_000);
    expect(await fixture.taken()).toEqual([
      {
        target: QUEUE,
        envelope: {
          payload: '{"id":7}',
          sourceArn: FUNCTION,
          trace: undefined,
          attributes: {
            RequestID: { type: "String", value: "request-1" },
            ErrorCode: { type: "Number", value: "200" },
            ErrorMessage: { type: "String", value: "no stock" },
          },
        },
      },
    ]);
  });

  test("records a failure at the on-failure destination", async () => {
    await fixture.createFunction("orders");
    await fixture.call("PutFunctionEventInvokeConfig", {
      FunctionName: "orders",
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    });
    fail();
    await sendEvent({ id: 7 });
    await fixture.clock.advance(60_000);
    const [taken] = await fixture.taken();
    expect(taken?.target).toBe(QUEUE);
    expect(recordOf(taken?.envelope.payload)).toEqual({
      version: "1.0",
      timestamp: "2026-01-01T00:01:00.000Z",
      requestContext: {
        requestId: "request-1",
        functionArn: `${FUNCTION}:$LATEST`,
        condition: "RetriesExhausted",
        approximateInvokeCount: 2,
      },
      requestPayload: { id: 7 },
      responseContext: {
        statusCode: 200,
        executedVersion: "$LATEST",
        functionError: "Unhandled",
      },
      responsePayload: { errorType: "RangeError", errorMessage: "no stock", trace: [] },
    });
  });

  test("records a success at the on-success destination", async () => {
    await fixture.createFunction("orders");
    await fixture.call("PutFunctionEventInvokeConfig", {
      FunctionName: "orders",
      DestinationConfig: { OnSuccess: { Destination: TOPIC } },
    });
    fixture.host.script("orders", () => ({ stored: true }));
    await sendEvent();
    await fixture.clock.advance(0);
    const [taken] = await fixture.taken();
    expect(taken?.target).toBe(TOPIC);
    expect(recordOf(taken?.envelope.payload)).toMatchObject({
      requestContext: { condition: "Success", approximateInvokeCount: 1 },
      responseContext: { statusCode: 200, executedVersion: "$LATEST" },
      responsePayload: { stored: true },
    });
  });

  test("reaches a bus as an event of the source lambda", async () => {
    await fixture.createFunction("orders");
    await fixture.call("PutFunctionEventInvokeConfig", {
      FunctionName: "orders",
      DestinationConfig: { OnSuccess: { Destination: BUS } },
    });
    await sendEvent();
    await fixture.clock.advance(0);
    const [taken] = await fixture.taken();
    expect(recordOf(taken?.envelope.payload)).toMatchObject({
      source: "lambda",
      "detail-type": "Lambda Function Invocation Result - Success",
      resources: [BUS, `${FUNCTION}:$LATEST`],
      detail: { version: "1.0", requestPayload: { id: 1 } },
    });
  });

  test("goes to destination and dead-letter queue without a retry when nothing is reserved", async () => {
    await fixture.createFunction("orders", { DeadLetterConfig: { TargetArn: QUEUE } });
    await fixture.call("PutFunctionConcurrency", {
      FunctionName: "orders",
      ReservedConcurrentExecutions: 0,
    });
    await sendEvent();
    await fixture.clock.advance(0);
    expect(fixture.host.calls).toEqual([]);
    const [taken] = await fixture.taken();
    expect(taken?.target).toBe(QUEUE);
    expect(taken?.envelope.attributes?.ErrorCode).toEqual({ type: "Number", value: "429" });
  });

  test("waits while the function has no free concurrency, and then runs", async () => {
    await fixture.createFunction("orders");
    await fixture.call("PutFunctionConcurrency", {
      FunctionName: "orders",
      ReservedConcurrentExecutions: 1,
    });
    let finish = (): void => {};
    fixture.host.script("orders", () => new Promise<void>((resolve) => (finish = resolve)));
    const waiting = fixture.call("Invoke", { FunctionName: "orders" });
    await fixture.clock.advance(0);
    await sendEvent();
    await fixture.clock.advance(900);
    expect(fixture.host.calls.length).toBe(1);
    finish();
    await waiting;
    await fixture.clock.advance(100);
    expect(fixture.host.calls.length).toBe(2);
    expect(fixture.host.running.max).toBe(1);
    finish();
  });

  test("gives up once the event is too old", async () => {
    await fixture.createFunction("orders", { DeadLetterConfig: { TargetArn: QUEUE } });
    await fixture.call("PutFunctionEventInvokeConfig", {
      FunctionName: "orders",
      MaximumEventAgeInSeconds: 90,
      DestinationConfig: { OnFailure: { Destination: TOPIC } },
    });
    fail();
    await sendEvent();
    await fixture.clock.advance(180_000);
    expect(callTimes).toEqual([0, 60_000]);
    const taken = await fixture.taken();
    expect(taken.map(({ target }) => target)).toEqual([TOPIC, QUEUE]);
    expect(recordOf(taken[0]?.envelope.payload)).toMatchObject({
      requestContext: { condition: "EventAgeExceeded", approximateInvokeCount: 2 },
    });
  });

  test("is retried with back-off while the host cannot run it, and counts no attempt", async () => {
    await fixture.createFunction("orders");
    fixture.host.breakDown("no interpreter");
    await sendEvent();
    await fixture.clock.advance(2_999);
    fixture.host.breakDown(undefined);
    fail();
    await fixture.clock.advance(1);
    expect(callTimes).toEqual([3_000]);
    await fixture.clock.advance(180_000);
    expect(callTimes).toEqual([3_000, 63_000, 183_000]);
  });

  test("survives the worker: what was claimed runs again, what waits keeps its time", async () => {
    await fixture.createFunction("orders");
    fixture.host.script("orders", () => new Promise(() => {}));
    await sendEvent();
    await fixture.clock.advance(0);
    expect(fixture.host.calls.length).toBe(1);
    fail();
    await fixture.restartWorker();
    await fixture.clock.advance(0);
    expect(callTimes).toEqual([0]);
    await fixture.restartWorker();
    await fixture.clock.advance(60_000);
    expect(callTimes).toEqual([0, 60_000]);
  });

  test("of a function that is gone is dropped", async () => {
    await fixture.createFunction("orders", { DeadLetterConfig: { TargetArn: QUEUE } });
    fail();
    await sendEvent();
    await fixture.clock.advance(0);
    await fixture.call("DeleteFunction", { FunctionName: "orders" });
    await fixture.clock.advance(60_000);
    expect(callTimes).toEqual([0]);
    expect(await fixture.taken()).toEqual([]);
    expect(fixture.log.records.at(-1)?.message).toContain("is gone");
  });

  test("says in the log when a destination refuses", async () => {
    fixture = await createLambdaFixture({
      refuse: () => ({ accepted: false, code: "NotFound", message: "Topic does not exist" }),
    });
    await fixture.createFunction("orders");
    await fixture.call("PutFunctionEventInvokeConfig", {
      FunctionName: "orders",
      DestinationConfig: { OnSuccess: { Destination: TOPIC } },
    });
    await sendEvent();
    await fixture.clock.advance(0);
    expect(fixture.log.records.map(({ message }) => message)).toEqual([
      `The target ${TOPIC} of a function refused: Topic does not exist`,
    ]);
  });
});

describe("sink", () => {
  const envelope = { payload: '{"a":1}', sourceArn: TOPIC };
  const send = (target: string) =>
    fixture.store.write((tx) =>
      deliver(tx, { lambda: fixture.lambda.service.sink ?? never() }, target, envelope),
    );
  const never = (): never => {
    throw new Error("Lambda has no sink");
  };

  test("accepts in the sender's transaction and invokes with the payload", async () => {
    await fixture.createFunction("orders");
    const events: unknown[] = [];
    fixture.host.script("orders", (event) => void events.push(event));
    expect(await send(FUNCTION)).toEqual({ accepted: true });
    expect(await send(`${FUNCTION}:$LATEST`)).toEqual({ accepted: true });
    await fixture.clock.advance(0);
    expect(events).toEqual([{ a: 1 }, { a: 1 }]);
  });

  test("refuses a function that is not there", async () => {
    expect(await send(FUNCTION)).toEqual({
      accepted: false,
      code: "ResourceNotFoundException",
      message: `Function not found: ${FUNCTION}`,
    });
  });
});
