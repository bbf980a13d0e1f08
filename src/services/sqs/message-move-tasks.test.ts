import { expect, test } from "vitest";
import { createSqsFixture, type SqsFixture } from "../../testing/sqs-fixture.ts";

const arnOf = (name: string): string => `arn:aws:sqs:us-east-1:000000000000:${name}`;

interface Queues {
  readonly fixture: SqsFixture;
  readonly url: string;
  readonly dead: string;
  readonly deadArn: string;
}

/** A queue whose messages are dead letters after one receive. */
async function queues(suffix: "" | ".fifo" = ""): Promise<Queues> {
  const fixture = createSqsFixture();
  const kind = suffix === "" ? {} : { FifoQueue: "true" };
  const dead = await fixture.queue(`dead${suffix}`, kind);
  const deadArn = arnOf(`dead${suffix}`);
  const url = await fixture.queue(`q${suffix}`, { ...kind, ...redrive(deadArn) });
  return { fixture, url, dead, deadArn };
}

function redrive(deadLetterTargetArn: string): Readonly<Record<string, string>> {
  return {
    VisibilityTimeout: "1",
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 }),
  };
}

async function bury(fixture: SqsFixture, url: string, count: number): Promise<void> {
  const isFifo = url.endsWith(".fifo");
  for (let at = 0; at < count; at += 1) {
    const fifo = { MessageGroupId: `g${at % 2}`, MessageDeduplicationId: `d${at}` };
    const fields = { QueueUrl: url, MessageBody: `m${at}`, ...(isFifo && fifo) };
    await fixture.call("SendMessage", fields);
  }
  for (let round = 0; round <= count; round += 1) {
    await fixture.receive(url);
    await fixture.clock.advance(1_000);
  }
}

async function start(
  { fixture, deadArn }: Queues,
  input: { readonly MaxNumberOfMessagesPerSecond?: number; readonly DestinationArn?: string } = {},
): Promise<string> {
  const { TaskHandle } = await fixture.call("StartMessageMoveTask", {
    SourceArn: deadArn,
    ...input,
  });
  return TaskHandle ?? "";
}

async function latest({ fixture, deadArn }: Queues): Promise<Readonly<Record<string, unknown>>> {
  const { Results } = await fixture.call("ListMessageMoveTasks", { SourceArn: deadArn });
  return { ...Results?.[0] };
}

test("start: messages go back to the queue they came from, as new ones", async () => {
  const all = await queues();
  const { fixture, url, dead, deadArn } = all;
  await bury(fixture, url, 3);
  const [before] = await fixture.receive(dead, { VisibilityTimeout: 0 });
  await start(all);
  const startedMs = fixture.clock.nowMs();
  await fixture.clock.advance(10);
  expect(await latest(all)).toEqual({
    Status: "COMPLETED",
    SourceArn: deadArn,
    ApproximateNumberOfMessagesMoved: 3,
    ApproximateNumberOfMessagesToMove: 3,
    StartedTimestamp: startedMs,
  });
  expect(await fixture.bodies(dead)).toEqual([]);
  const back = await fixture.receive(url);
  expect(back.map(({ Body }) => Body)).toEqual(["m0", "m1", "m2"]);
  const moved = back.find(({ Body }) => Body === before?.Body);
  expect(moved?.MessageId).not.toBe(before?.MessageId);
  expect(moved?.Attributes).toMatchObject({
    ApproximateReceiveCount: "1",
    SentTimestamp: String(startedMs),
  });
  expect(moved?.Attributes).not.toHaveProperty("DeadLetterQueueSourceArn");
});

test("start: each message goes to its own source, or all to the given destination", async () => {
  const all = await queues();
  const { fixture, url, dead, deadArn } = all;
  const other = await fixture.queue("other", redrive(deadArn));
  const third = await fixture.queue("third");
  await bury(fixture, url, 1);
  await bury(fixture, other, 2);
  await start(all);
  await fixture.clock.advance(10);
  expect((await fixture.bodies(url)).length).toBe(1);
  expect((await fixture.bodies(other)).length).toBe(2);
  await fixture.clock.advance(1_000);
  await fixture.bodies(url);
  await fixture.bodies(other);
  await start(all, { DestinationArn: arnOf("third") });
  await fixture.clock.advance(10);
  expect((await fixture.bodies(third)).length).toBe(3);
  expect(await fixture.bodies(dead)).toEqual([]);
});

test("start: a FIFO queue's groups keep their order, with the message id as deduplication id", async () => {
  const all = await queues(".fifo");
  const { fixture, url, dead } = all;
  await bury(fixture, url, 6);
  const letters = await fixture.receive(dead, { VisibilityTimeout: 0 });
  expect(letters.length).toBe(6);
  for (const { MessageId, Attributes } of letters) {
    expect(Attributes?.["MessageDeduplicationId"]).toBe(MessageId);
  }
  await start(all);
  await fixture.clock.advance(10);
  const bodies = await fixture.bodies(url);
  expect(bodies.filter((body) => ["m0", "m2", "m4"].includes(body ?? ""))).toEqual([
    "m0",
    "m2",
    "m4",
  ]);
  expect(bodies.length).toBe(6);
  expect((await latest(all))["ApproximateNumberOfMessagesMoved"]).toBe(6);
});

test.each([
  { rate: 1, after1s: 2, after2s: 3 },
  { rate: 3, after1s: 3, after2s: 6 },
  { rate: 25, after1s: 27, after2s: 40 },
])("start: $rate a second on the clock, and no more", async ({ rate, after1s, after2s }) => {
  const all = await queues();
  const { fixture, url } = all;
  await bury(fixture, url, 40);
  await start(all, { MaxNumberOfMessagesPerSecond: rate });
  const moved = async () => (await latest(all))["ApproximateNumberOfMessagesMoved"];
  await fixture.clock.advance(1_000);
  expect(await moved()).toBe(after1s);
  expect(await latest(all)).toMatchObject({
    Status: "RUNNING",
    MaxNumberOfMessagesPerSecond: rate,
    TaskHandle: expect.any(String),
  });
  await fixture.clock.advance(1_000);
  expect(await moved()).toBe(after2s);
  await fixture.clock.advance(60_000);
  expect(await latest(all)).toMatchObject({ Status: "COMPLETED" });
});

test("start: what comes later or is in flight stays, so that a circle of queues ends", async () => {
  const all = await queues();
  const { fixture, url, dead } = all;
  await bury(fixture, url, 5);
  await fixture.receive(dead, { MaxNumberOfMessages: 1, VisibilityTimeout: 600 });
  await start(all, { MaxNumberOfMessagesPerSecond: 1 });
  await fixture.clock.advance(1);
  await fixture.call("SendMessage", { QueueUrl: dead, MessageBody: "late" });
  for (let second = 0; second < 20; second += 1) {
    await fixture.receive(url);
    await fixture.clock.advance(1_000);
  }
  expect(await latest(all)).toMatchObject({
    Status: "COMPLETED",
    ApproximateNumberOfMessagesMoved: 4,
    ApproximateNumberOfMessagesToMove: 4,
  });
  expect((await fixture.bodies(dead)).length).toBe(5);
});

test("cancel: stops a task at once, and keeps what is not moved", async () => {
  const all = await queues();
  const { fixture, url, dead } = all;
  await bury(fixture, url, 5);
  const TaskHandle = await start(all, { MaxNumberOfMessagesPerSecond: 1 });
  await fixture.clock.advance(1_000);
  expect(await fixture.call("CancelMessageMoveTask", { TaskHandle })).toEqual({
    ApproximateNumberOfMessagesMoved: 2,
  });
  await fixture.clock.advance(0);
  expect(await latest(all)).toMatchObject({ Status: "CANCELLED" });
  expect(await latest(all)).not.toHaveProperty("TaskHandle");
  await fixture.clock.advance(60_000);
  expect((await fixture.bodies(dead)).length).toBe(3);
  await expect(fixture.call("CancelMessageMoveTask", { TaskHandle })).rejects.toMatchObject({
    code: "InvalidParameterValue",
    message: "Only active tasks can be cancelled.",
  });
});

test("start: a message that nobody buried fails the task, and stays", async () => {
  const all = await queues();
  const { fixture, url, dead } = all;
  await fixture.call("SendMessage", { QueueUrl: dead, MessageBody: "sent here" });
  await bury(fixture, url, 1);
  await start(all);
  await fixture.clock.advance(10);
  expect(await latest(all)).toMatchObject({
    Status: "FAILED",
    FailureReason: "CouldNotDetermineMessageSource",
    ApproximateNumberOfMessagesMoved: 0,
  });
  expect((await fixture.bodies(dead)).length).toBe(2);
});

test("start: a destination that is deleted meanwhile fails the task; the rest stays", async () => {
  const all = await queues();
  const { fixture, url, dead } = all;
  const third = await fixture.queue("third");
  await bury(fixture, url, 4);
  await start(all, { MaxNumberOfMessagesPerSecond: 1, DestinationArn: arnOf("third") });
  await fixture.clock.advance(1_000);
  await fixture.call("DeleteQueue", { QueueUrl: third });
  await fixture.clock.advance(1_000);
  expect(await latest(all)).toMatchObject({
    Status: "FAILED",
    FailureReason: "AWS.SimpleQueueService.NonExistentQueue",
    ApproximateNumberOfMessagesMoved: 2,
  });
  expect((await fixture.bodies(dead)).length).toBe(2);
});

test("delete: a source that is deleted takes its tasks along", async () => {
  const all = await queues();
  const { fixture, url, dead } = all;
  await bury(fixture, url, 3);
  await start(all, { MaxNumberOfMessagesPerSecond: 1 });
  await fixture.call("DeleteQueue", { QueueUrl: dead });
  await fixture.clock.advance(60_000);
  const left = await fixture.store.read((tx) => [
    ...tx.range({ prefix: ["sqs", "move-task"] }),
    ...tx.range({ prefix: ["sqs", "moving"] }),
  ]);
  expect(left).toEqual([]);
});

test("list: the latest ten, the last first", async () => {
  const all = await queues();
  const { fixture, url, deadArn } = all;
  for (let round = 1; round <= 12; round += 1) {
    await fixture.call("SendMessage", { QueueUrl: url, MessageBody: "x" });
    await fixture.receive(url);
    await fixture.clock.advance(1_000);
    await fixture.receive(url);
    await start(all);
    await fixture.clock.advance(10);
    await fixture.call("PurgeQueue", { QueueUrl: url });
    await fixture.clock.advance(60_000);
  }
  const list = async (MaxResults: number | undefined) =>
    (await fixture.call("ListMessageMoveTasks", { SourceArn: deadArn, MaxResults })).Results ?? [];
  expect((await list(undefined)).length).toBe(1);
  const ten = await list(10);
  expect(ten.length).toBe(10);
  const started = ten.map(({ StartedTimestamp = 0 }) => StartedTimestamp);
  expect(started).toEqual([...started].sort((a, b) => b - a));
});

test("errors: AWS's, and nothing is started", async () => {
  const all = await queues();
  const { fixture, url, deadArn } = all;
  await fixture.queue("plain");
  await fixture.queue("plain.fifo", { FifoQueue: "true" });
  const failing = async (input: Record<string, unknown>, expected: Record<string, unknown>) =>
    expect(
      fixture.call("StartMessageMoveTask", { SourceArn: deadArn, ...input }),
    ).rejects.toMatchObject(expected);
  await failing(
    { SourceArn: "dead" },
    {
      code: "InvalidParameterValue",
      message:
        "You must use this format to specify the SourceArn: arn:<partition>:<service>:<region>:<account-id>:<resource-id>",
    },
  );
  await failing(
    { SourceArn: arnOf("missing") },
    {
      code: "ResourceNotFoundException",
      message: "The resource that you specified for the SourceArn parameter doesn't exist.",
    },
  );
  await failing(
    { DestinationArn: arnOf("missing") },
    {
      code: "ResourceNotFoundException",
      message: "The resource that you specified for the DestinationArn parameter doesn't exist.",
    },
  );
  await failing(
    { SourceArn: arnOf("plain") },
    {
      code: "InvalidParameterValue",
      message: "Source queue must be configured as a Dead Letter Queue.",
    },
  );
  for (const MaxNumberOfMessagesPerSecond of [0, 501]) {
    await failing({ MaxNumberOfMessagesPerSecond }, { code: "InvalidParameterValue" });
  }
  await failing({ DestinationArn: deadArn }, { code: "InvalidParameterValue" });
  await failing({ DestinationArn: arnOf("plain.fifo") }, { code: "InvalidParameterValue" });
  await bury(fixture, url, 2);
  await start(all, { MaxNumberOfMessagesPerSecond: 1 });
  await failing(
    {},
    {
      code: "InvalidParameterValue",
      message:
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
    },
  );
  const list = (input: Record<string, unknown>) =>
    fixture.call("ListMessageMoveTasks", { SourceArn: deadArn, ...input });
  await expect(list({ MaxResults: 11 })).rejects.toMatchObject({ code: "InvalidParameterValue" });
  await expect(list({ SourceArn: arnOf("missing") })).rejects.toMatchObject({
    code: "ResourceNotFoundException",
  });
  const cancel = (TaskHandle: string) => fixture.call("CancelMessageMoveTask", { TaskHandle });
  await expect(cancel("nonsense")).rejects.toMatchObject({
    code: "InvalidParameterValue",
    message: "Value for parameter TaskHandle is invalid.",
  });
  const handle = btoa(JSON.stringify({ taskId: "none", sourceArn: deadArn }));
  await expect(cancel(handle)).rejects.toMatchObject({
    code: "ResourceNotFoundException",
    message: "Task does not exist.",
  });
});
