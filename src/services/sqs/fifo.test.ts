import { describe, expect, test } from "vitest";
import { createSqsFixture, type Received, type SqsFixture } from "../../testing/sqs-fixture.ts";

const ARN = "arn:aws:sqs:us-east-1:000000000000";

interface Fifo extends SqsFixture {
  readonly url: string;
  send(group: string, ...bodies: string[]): Promise<void>;
  take(count?: number, timeoutSeconds?: number): Promise<readonly Received[]>;
  remove(message: Received | undefined): Promise<void>;
}

async function fifo(attributes: Readonly<Record<string, string>> = {}): Promise<Fifo> {
  const fixture = createSqsFixture();
  const QueueUrl = await fixture.queue("q.fifo", {
    FifoQueue: "true",
    ContentBasedDeduplication: "true",
    ...attributes,
  });
  return {
    ...fixture,
    url: QueueUrl,
    async send(MessageGroupId, ...bodies) {
      for (const MessageBody of bodies) {
        await fixture.call("SendMessage", { QueueUrl, MessageBody, MessageGroupId });
      }
    },
    take: (count = 10, timeoutSeconds = 30) =>
      fixture.receive(QueueUrl, {
        MaxNumberOfMessages: count,
        VisibilityTimeout: timeoutSeconds,
      }),
    async remove(message) {
      await fixture.call("DeleteMessage", {
        QueueUrl,
        ReceiptHandle: message?.ReceiptHandle ?? "",
      });
    },
  };
}

function bodies(messages: readonly Received[]): readonly (string | undefined)[] {
  return messages.map((message) => message.Body);
}

describe("fifo queues", () => {
  test("create: needs the suffix and the attribute, and answers the FIFO attributes", async () => {
    const { attributes, call, queue } = createSqsFixture();
    const url = await queue("q.fifo", { FifoQueue: "true" });
    expect(await attributes(url)).toMatchObject({
      FifoQueue: "true",
      ContentBasedDeduplication: "false",
      DeduplicationScope: "queue",
      FifoThroughputLimit: "perQueue",
    });
    await expect(queue("q", { FifoQueue: "true" })).rejects.toMatchObject({
      message: expect.stringContaining("must end with .fifo suffix and be 1 to 80 in length"),
    });
    await expect(queue("other.fifo")).rejects.toMatchObject({ code: "InvalidParameterValue" });
    await expect(queue("q", { FifoQueue: "false" })).rejects.toMatchObject({
      message: "Unknown Attribute FifoQueue.",
    });
    const set = (Attributes: Record<string, string>) =>
      call("SetQueueAttributes", { QueueUrl: url, Attributes });
    await expect(set({ FifoThroughputLimit: "perMessageGroupId" })).rejects.toMatchObject({
      code: "InvalidParameterValue",
    });
    await set({ FifoThroughputLimit: "perMessageGroupId", DeduplicationScope: "messageGroup" });
    expect(await attributes(url)).toMatchObject({ FifoThroughputLimit: "perMessageGroupId" });
  });

  test.each([
    [{ MessageGroupId: undefined }, "MissingParameter", "parameter MessageGroupId."],
    [
      { MessageDeduplicationId: undefined },
      "InvalidParameterValue",
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    ],
    [
      { DelaySeconds: 5 },
      "InvalidParameterValue",
      "Value 5 for parameter DelaySeconds is invalid.",
    ],
  ])("send: refuses %j", async (request, code, message) => {
    const { call, url } = await fifo({ ContentBasedDeduplication: "false" });
    await expect(
      call("SendMessage", {
        QueueUrl: url,
        MessageBody: "x",
        MessageGroupId: "g",
        MessageDeduplicationId: "d",
        ...request,
      }),
    ).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test("order: a group is handed out in order, and locked while any of it is in flight", async () => {
    const { clock, remove, send, take } = await fifo();
    await send("a", "a1", "a2", "a3");
    await send("b", "b1");
    const [a1, a2] = await take(2);
    expect(bodies([a1, a2].flatMap((message) => message ?? []))).toEqual(["a1", "a2"]);
    expect(bodies(await take())).toEqual(["b1"]);
    expect(await take()).toEqual([]);
    await remove(a2);
    expect(await take()).toEqual([]);
    await clock.advance(30_000);
    const back = await take(1);
    expect(bodies(back)).toEqual(["a1"]);
    await remove(back[0]);
    expect(bodies(await take())).toEqual(["a3", "b1"]);
    void a1;
  });

  test("order: receives fill up with one group before they turn to the next", async () => {
    const { send, take } = await fifo();
    await send("a", "a1");
    await send("b", "b1");
    await send("a", "a2");
    expect(bodies(await take())).toEqual(["a1", "a2", "b1"]);
  });

  test("deduplication: five minutes from the first, with its ids, even when it is deleted", async () => {
    const { call, clock, remove, take, url } = await fifo();
    const send = () =>
      call("SendMessage", { QueueUrl: url, MessageBody: "x", MessageGroupId: "g" });
    const first = await send();
    expect(first.SequenceNumber).toMatch(/^\d{20,}$/);
    expect(await send()).toEqual(first);
    const [message, ...others] = await take();
    expect(others).toEqual([]);
    await remove(message);
    await clock.advance(299_999);
    expect(await send()).toEqual(first);
    expect(await take()).toEqual([]);
    await clock.advance(1);
    const later = await send();
    expect(later.MessageId).not.toBe(first.MessageId);
    expect(BigInt(later.SequenceNumber ?? 0)).toBeGreaterThan(BigInt(first.SequenceNumber ?? 0));
    const [again] = await take();
    expect(again?.Attributes).toMatchObject({
      MessageGroupId: "g",
      SequenceNumber: later.SequenceNumber,
      MessageDeduplicationId: "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
    });
  });

  test("deduplication: its scope is the queue, or the group", async () => {
    const wide = await fifo();
    await wide.send("a", "x");
    await wide.send("b", "x");
    expect(bodies(await wide.take())).toEqual(["x"]);
    const narrow = await fifo({ DeduplicationScope: "messageGroup" });
    await narrow.send("a", "x");
    await narrow.send("b", "x");
    expect(bodies(await narrow.take())).toEqual(["x", "x"]);
  });

  test("deduplication: what is remembered is forgotten by later sends", async () => {
    const { clock, send, store } = await fifo();
    await send("g", ..."abcdefgh");
    await clock.advance(300_000);
    await send("g", ..."12345");
    const rows = await store.read((tx) => [...tx.range({ prefix: ["sqs", "brief"] })]);
    expect(rows.length).toBe(5);
  });

  test("handles: end with the visibility timeout", async () => {
    const { call, clock, remove, send, take, url } = await fifo();
    await send("g", "a");
    const [message] = await take(1, 5);
    await clock.advance(5000);
    const ReceiptHandle = message?.ReceiptHandle ?? "";
    const expired = {
      code: "InvalidParameterValue",
      message: `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired`,
    };
    await expect(remove(message)).rejects.toMatchObject(expired);
    await expect(
      call("ChangeMessageVisibility", { QueueUrl: url, ReceiptHandle, VisibilityTimeout: 5 }),
    ).rejects.toMatchObject(expired);
    const [again] = await take(1, 5);
    await call("ChangeMessageVisibility", {
      QueueUrl: url,
      ReceiptHandle: again?.ReceiptHandle ?? "",
      VisibilityTimeout: 60,
    });
    await clock.advance(59_000);
    await remove(again);
    await remove(again);
    expect(await take()).toEqual([]);
  });

  test("attempts: the same id gets the same messages, hidden anew, until one is touched", async () => {
    const { clock, receive, remove, send, url } = await fifo();
    await send("a", "a1", "a2");
    const attempt = (ReceiveRequestAttemptId: string) =>
      receive(url, { ReceiveRequestAttemptId, VisibilityTimeout: 30 });
    const first = await attempt("one");
    expect(bodies(first)).toEqual(["a1", "a2"]);
    await clock.advance(20_000);
    expect(await attempt("one")).toEqual(first);
    await clock.advance(20_000);
    expect(await attempt("two")).toEqual([]);
    await remove(first[0]);
    await expect(attempt("one")).rejects.toMatchObject({
      message:
        "Value one for parameter ReceiveRequestAttemptId is invalid. Reason: The receiveRequestAttemptId is not valid anymore since the receive call is not retryable.",
    });
  });

  test("delay: is the queue's, and holds up the group", async () => {
    const { clock, send, take } = await fifo({ DelaySeconds: "10" });
    await send("a", "a1");
    await clock.advance(5000);
    await send("a", "a2");
    await clock.advance(5000);
    const first = await take();
    expect(bodies(first)).toEqual(["a1"]);
    await clock.advance(30_000);
    expect(bodies(await take())).toEqual(["a1", "a2"]);
  });

  test("redrive: to a FIFO queue only, in order, with the retention counted anew", async () => {
    const fixture = await fifo({ MessageRetentionPeriod: "60" });
    const { call, clock, queue, receive, send, take, url } = fixture;
    const dead = await queue("dead.fifo", { FifoQueue: "true", MessageRetentionPeriod: "60" });
    await queue("dead");
    const redrive = (name: string) =>
      call("SetQueueAttributes", {
        QueueUrl: url,
        Attributes: {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: `${ARN}:${name}`,
            maxReceiveCount: 1,
          }),
        },
      });
    await expect(redrive("dead")).rejects.toMatchObject({
      message: expect.stringContaining(
        "Dead-letter queue must be same type of queue as the source.",
      ),
    });
    await redrive("dead.fifo");
    await send("g", "one", "y".repeat(5000));
    await take(10, 30);
    await clock.advance(50_000);
    expect(await take()).toEqual([]);
    await clock.advance(50_000);
    const buried = await receive(dead);
    expect(bodies(buried)).toEqual(["one", "y".repeat(5000)]);
    expect(buried[0]?.Attributes).toMatchObject({
      ApproximateReceiveCount: "2",
      MessageGroupId: "g",
      DeadLetterQueueSourceArn: `${ARN}:q.fifo`,
    });
  });

  test("counts, purge and retention: work as in standard queues", async () => {
    const { attributes, call, clock, send, store, take, url } = await fifo({
      MessageRetentionPeriod: "60",
    });
    await send("a", "a1", "a2");
    await send("b", "b1");
    await take(1);
    expect(await attributes(url)).toMatchObject({
      ApproximateNumberOfMessages: "2",
      ApproximateNumberOfMessagesNotVisible: "1",
    });
    await call("PurgeQueue", { QueueUrl: url });
    expect(await take()).toEqual([]);
    await send("a", "a3");
    await clock.advance(59_000);
    expect(bodies(await take(1, 0))).toEqual(["a3"]);
    await clock.advance(200_000);
    const kinds = ["fifo-message", "group", "group-due", "content"];
    const rows = await store.read((tx) =>
      kinds.flatMap((kind) => [...tx.range({ prefix: ["sqs", kind] })]),
    );
    expect(rows).toEqual([]);
    await call("DeleteQueue", { QueueUrl: url });
    await clock.advance(10);
    expect(await store.read((tx) => [...tx.range({ prefix: ["sqs"] })])).toEqual([]);
  });

  test("long poll: wakes when the group is released", async () => {
    const { clock, receive, remove, send, take, url } = await fifo();
    await send("a", "a1", "a2");
    const [a1] = await take(1);
    const waiting = receive(url, { WaitTimeSeconds: 20 });
    await clock.advance(1000);
    await remove(a1);
    expect(bodies(await waiting)).toEqual(["a2"]);
  });

  test("batch: keeps the order of its entries", async () => {
    const { call, take, url } = await fifo();
    const { Successful } = await call("SendMessageBatch", {
      QueueUrl: url,
      Entries: ["c", "a", "b"].map((MessageBody) => ({
        Id: MessageBody,
        MessageBody,
        MessageGroupId: "g",
      })),
    });
    const numbers = Successful.map((entry) => BigInt(entry.SequenceNumber ?? 0));
    expect([...numbers].sort((x, y) => (x < y ? -1 : 1))).toEqual(numbers);
    expect(bodies(await take())).toEqual(["c", "a", "b"]);
  });
});
