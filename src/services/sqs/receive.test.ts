import { describe, expect, test } from "vitest";
import { createSqsFixture, type SqsFixture } from "../../testing/sqs-fixture.ts";

async function sent(fixture: SqsFixture, ...bodies: string[]): Promise<string> {
  const QueueUrl = await fixture.queue("orders");
  for (const MessageBody of bodies) {
    await fixture.call("SendMessage", { QueueUrl, MessageBody });
  }
  return QueueUrl;
}

describe("receive", () => {
  test("receive: hides a message until the visibility timeout ends", async () => {
    const fixture = createSqsFixture();
    const { bodies, clock, receive } = fixture;
    const url = await sent(fixture, "a");
    expect(await bodies(url)).toEqual(["a"]);
    await clock.advance(29_999);
    expect(await bodies(url)).toEqual([]);
    await clock.advance(1);
    const [again] = await receive(url);
    expect(again?.Attributes).toMatchObject({
      ApproximateReceiveCount: "2",
      ApproximateFirstReceiveTimestamp: String(Date.UTC(2026, 0, 1)),
    });
  });

  test("receive: hands out in the order of sending, at most as many as asked for", async () => {
    const fixture = createSqsFixture();
    const url = await sent(fixture, "a", "b", "c");
    const { Messages } = await fixture.call("ReceiveMessage", { QueueUrl: url });
    expect(Messages?.map((message) => message.Body)).toEqual(["a"]);
    expect(await fixture.bodies(url)).toEqual(["b", "c"]);
  });

  test("receive: never hands out one message twice to many at once", async () => {
    const fixture = createSqsFixture();
    const url = await sent(fixture, ...Array.from({ length: 20 }, (_, at) => `${at}`));
    const received = await Promise.all(
      Array.from({ length: 12 }, () => fixture.receive(url, { MaxNumberOfMessages: 2 })),
    );
    const bodies = received.flat().map((message) => message.Body);
    expect(new Set(bodies).size).toBe(20);
    expect(bodies.length).toBe(20);
  });

  test("receive: an empty one writes nothing", async () => {
    const { call, queue, store } = createSqsFixture();
    const QueueUrl = await queue("orders");
    await call("ReceiveMessage", { QueueUrl });
    const rows = () => store.read((tx) => [...tx.range({ prefix: ["sqs"] })]);
    const before = await rows();
    await call("ReceiveMessage", { QueueUrl });
    expect(await rows()).toEqual(before);
  });

  test("receive: attributes only as selected, by name, prefix or all", async () => {
    const fixture = createSqsFixture();
    const { call, receive } = fixture;
    const QueueUrl = await fixture.queue("orders");
    const attribute = { DataType: "String", StringValue: "x" };
    await call("SendMessage", {
      QueueUrl,
      MessageBody: "a",
      MessageAttributes: { "a.1": attribute, "a.2": attribute, b: attribute },
    });
    const names = async (...MessageAttributeNames: string[]) => {
      const [message] = await receive(QueueUrl, { MessageAttributeNames, VisibilityTimeout: 0 });
      return Object.keys(message?.MessageAttributes ?? {}).sort();
    };
    expect(await names("a.*")).toEqual(["a.1", "a.2"]);
    expect(await names("b", "nope")).toEqual(["b"]);
    expect(await names("nope")).toEqual([]);
    expect(await names(".*")).toEqual(["a.1", "a.2", "b"]);
    const [bare] = await receive(QueueUrl, {
      MessageSystemAttributeNames: [],
      MessageAttributeNames: [],
    });
    expect(bare).not.toHaveProperty("Attributes");
    expect(bare).not.toHaveProperty("MD5OfMessageAttributes");
  });

  test.each([
    [
      { MaxNumberOfMessages: 11 },
      "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    ],
    [
      { WaitTimeSeconds: 21 },
      "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
    ],
    [{ VisibilityTimeout: 43_201 }, "Value 43201 for parameter VisibilityTimeout is invalid."],
    [{ MessageSystemAttributeNames: ["Nope"] }, "Unknown Attribute Nope."],
  ])("receive: refuses %j", async (request, message) => {
    const fixture = createSqsFixture();
    const QueueUrl = await fixture.queue("orders");
    await expect(fixture.call("ReceiveMessage", { QueueUrl, ...request })).rejects.toMatchObject({
      message: expect.stringContaining(message),
    });
  });

  test("receive: delays by message and by queue", async () => {
    const { bodies, call, clock, queue } = createSqsFixture();
    const QueueUrl = await queue("late", { DelaySeconds: "10" });
    await call("SendMessage", { QueueUrl, MessageBody: "queue's" });
    await call("SendMessage", { QueueUrl, MessageBody: "own", DelaySeconds: 5 });
    await call("SendMessage", { QueueUrl, MessageBody: "none", DelaySeconds: 0 });
    expect(await bodies(QueueUrl)).toEqual(["none"]);
    await clock.advance(5000);
    expect(await bodies(QueueUrl)).toEqual(["own"]);
    await clock.advance(5000);
    expect(await bodies(QueueUrl)).toEqual(["queue's"]);
  });

  test("receive: refuses when as many are in flight as may be, until one is deleted", async () => {
    const fixture = createSqsFixture({ inFlightMax: 3 });
    const { call, clock, receive } = fixture;
    const url = await sent(fixture, "a", "b", "c", "d");
    const taken = await receive(url, { MaxNumberOfMessages: 3 });
    await expect(receive(url)).rejects.toMatchObject({ code: "OverLimit", status: 403 });
    const polled = receive(url, { WaitTimeSeconds: 1 });
    await clock.advance(1000);
    expect(await polled).toEqual([]);
    await call("DeleteMessage", { QueueUrl: url, ReceiptHandle: taken[0]?.ReceiptHandle ?? "" });
    expect(await fixture.bodies(url)).toEqual(["d"]);
  });
});
