import { describe, expect, test } from "vitest";
import { isMetricSample } from "../../outbox/metrics.ts";
import { createMemoryLog } from "../../platform/log.ts";
import { createSeededRandom } from "../../platform/random.ts";
import { createSimulatedClock } from "../../platform/simulated-clock.ts";
import { createMemoryStore } from "../../store/memory/memory-store.ts";
import { serviceCaller } from "../../testing/service-harness.ts";
import { createSqsFixture, type SqsFixture } from "../../testing/sqs-fixture.ts";
import { createSqs } from "./service.ts";

const ARN = "arn:aws:sqs:us-east-1:000000000000";

async function sent(fixture: SqsFixture, ...bodies: string[]): Promise<string> {
  const QueueUrl = await fixture.queue("orders");
  for (const MessageBody of bodies) {
    await fixture.call("SendMessage", { QueueUrl, MessageBody });
  }
  return QueueUrl;
}

describe("dead letters, retention and purge", () => {
  test("redrive: moves after maxReceiveCount receives, with id, time and counts kept", async () => {
    const { bodies, call, clock, queue, receive } = createSqsFixture();
    const dead = await queue("dead");
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: `${ARN}:dead`,
      maxReceiveCount: 2,
    });
    const url = await queue("orders", { RedrivePolicy, VisibilityTimeout: "1" });
    const { MessageId } = await call("SendMessage", { QueueUrl: url, MessageBody: "poison" });
    for (let round = 0; round < 2; round += 1) {
      expect(await bodies(url)).toEqual(["poison"]);
      await clock.advance(1000);
    }
    expect(await bodies(dead)).toEqual([]);
    expect(await bodies(url)).toEqual([]);
    expect(await receive(dead)).toMatchObject([
      {
        MessageId,
        Attributes: {
          ApproximateReceiveCount: "3",
          SentTimestamp: String(Date.UTC(2026, 0, 1)),
          DeadLetterQueueSourceArn: `${ARN}:orders`,
        },
      },
    ]);
  });

  test("redrive: a message stays and is received on while its target is gone", async () => {
    const { bodies, call, clock, queue } = createSqsFixture();
    const dead = await queue("dead");
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: `${ARN}:dead`,
      maxReceiveCount: 1,
    });
    const url = await queue("orders", { RedrivePolicy, VisibilityTimeout: "1" });
    await call("SendMessage", { QueueUrl: url, MessageBody: "a" });
    await call("DeleteQueue", { QueueUrl: dead });
    expect(await bodies(url)).toEqual(["a"]);
    await clock.advance(1000);
    expect(await bodies(url)).toEqual(["a"]);
  });

  test("retention: expired messages are not received, and their rows go without a receive", async () => {
    const { bodies, call, clock, queue, store } = createSqsFixture();
    const QueueUrl = await queue("short", { MessageRetentionPeriod: "60" });
    const rows = () => store.read((tx) => [...tx.range({ prefix: ["sqs", "message"] })].length);
    await clock.advance(30_000);
    await call("SendMessage", { QueueUrl, MessageBody: "a" });
    await call("SendMessage", { QueueUrl, MessageBody: "b", DelaySeconds: 50 });
    await clock.advance(59_999);
    expect(await rows()).toBe(2);
    await clock.advance(1);
    expect(await bodies(QueueUrl)).toEqual([]);
    expect(await rows()).toBe(0);
    await call("SendMessage", { QueueUrl, MessageBody: "c" });
    await clock.advance(130_000);
    expect(await rows()).toBe(0);
  });

  test("retention: a shorter one counts at once, for what is already there", async () => {
    const { bodies, call, clock, queue } = createSqsFixture();
    const QueueUrl = await queue("q");
    await call("SendMessage", { QueueUrl, MessageBody: "a" });
    await clock.advance(100_000);
    await call("SetQueueAttributes", { QueueUrl, Attributes: { MessageRetentionPeriod: "60" } });
    expect(await bodies(QueueUrl)).toEqual([]);
  });

  test("purge: what was sent before is gone at once, what comes after stays", async () => {
    const fixture = createSqsFixture();
    const { bodies, call, clock, receive, store } = fixture;
    const url = await sent(fixture, "a", "b");
    const [taken] = await receive(url, { MaxNumberOfMessages: 1 });
    await call("PurgeQueue", { QueueUrl: url });
    await call("SendMessage", { QueueUrl: url, MessageBody: "c" });
    await call("DeleteMessage", { QueueUrl: url, ReceiptHandle: taken?.ReceiptHandle ?? "" });
    expect(await bodies(url)).toEqual(["c"]);
    await clock.advance(10);
    expect(await store.read((tx) => [...tx.range({ prefix: ["sqs", "message"] })].length)).toBe(1);
    await expect(call("PurgeQueue", { QueueUrl: url })).rejects.toMatchObject({
      code: "PurgeQueueInProgress",
      message: "Only one PurgeQueue operation on orders is allowed every 60 seconds.",
    });
    await clock.advance(60_000);
    await call("PurgeQueue", { QueueUrl: url });
  });
});

test.each(["", ".fifo"])("dead letter: the journal tells where it went (q%s)", async (suffix) => {
  const notes: object[] = [];
  const clock = createSimulatedClock();
  const random = createSeededRandom(1);
  const store = createMemoryStore({
    clock,
    random,
    onNote: (note) => (isMetricSample(note) ? undefined : notes.push(note)),
  });
  const sqs = createSqs({ store, clock, random, log: createMemoryLog() });
  const call = serviceCaller<"sqs">(sqs, clock);
  const [source, target] = [
    `arn:aws:sqs:us-east-1:000000000000:q${suffix}`,
    `arn:aws:sqs:us-east-1:000000000000:dead${suffix}`,
  ];
  const kind = suffix === "" ? {} : { FifoQueue: "true" };
  await call("CreateQueue", { QueueName: `dead${suffix}`, Attributes: kind });
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: target, maxReceiveCount: 1 });
  const Attributes = { ...kind, RedrivePolicy, VisibilityTimeout: "0" };
  const { QueueUrl = "" } = await call("CreateQueue", { QueueName: `q${suffix}`, Attributes });
  const trace = "Root=1-5759e988-bd862e3fe1be46a994272793";
  await call("SendMessage", {
    QueueUrl,
    MessageBody: "x",
    MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: trace } },
    ...(suffix !== "" && { MessageGroupId: "g", MessageDeduplicationId: "d" }),
  });
  await call("ReceiveMessage", { QueueUrl });
  expect(notes).toEqual([]);
  await call("ReceiveMessage", { QueueUrl });
  const atMs = clock.nowMs();
  expect(notes).toEqual([{ atMs, kind: "delivery", source, target, outcome: "ok", trace }]);
});
