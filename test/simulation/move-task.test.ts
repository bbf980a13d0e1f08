/** A message move task over an engine that dies: each message is moved once. */
import { expect, test } from "vitest";
import { createSeededRandom } from "../../src/platform/random.ts";
import { TEST_ACCOUNT, TEST_REGION } from "../../src/testing/service-harness.ts";
import { EngineDied } from "./faulty-store.ts";
import { SimulatedEngine } from "./simulated-engine.ts";

const SEEDS = 8;
const MESSAGES = 40;
const FAULT_CHANCE = 0.1;

const urlOf = (name: string): string => `http://127.0.0.1:4566/${TEST_ACCOUNT}/${name}`;
const arnOf = (name: string): string => `arn:aws:sqs:${TEST_REGION}:${TEST_ACCOUNT}:${name}`;

async function filled(engine: SimulatedEngine): Promise<void> {
  await engine.call("sqs", "CreateQueue", { QueueName: "dead" });
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf("dead"), maxReceiveCount: 1 });
  const Attributes = { RedrivePolicy, VisibilityTimeout: "1" };
  await engine.call("sqs", "CreateQueue", { QueueName: "source", Attributes });
  for (let at = 0; at < MESSAGES; at += 1) {
    const MessageBody = `m${at}`;
    await engine.call("sqs", "SendMessage", { QueueUrl: urlOf("source"), MessageBody });
  }
  for (let round = 0; round < 2 * MESSAGES; round += 10) {
    await take(engine, "source");
    await engine.clock.advance(1_000);
  }
}

async function take(engine: SimulatedEngine, name: string): Promise<readonly string[]> {
  const { Messages = [] } = await engine.call("sqs", "ReceiveMessage", {
    QueueUrl: urlOf(name),
    MaxNumberOfMessages: 10,
  });
  return Messages.map(({ Body = "" }) => Body);
}

async function takeAll(engine: SimulatedEngine, name: string): Promise<readonly string[]> {
  const bodies: string[] = [];
  for (let got = await take(engine, name); got.length > 0; got = await take(engine, name)) {
    bodies.push(...got);
  }
  return bodies;
}

async function latest(engine: SimulatedEngine) {
  const input = { SourceArn: arnOf("dead") };
  return (await engine.call("sqs", "ListMessageMoveTasks", input)).Results?.[0];
}

test(`move task: whatever dies, each message is moved once (${SEEDS} seeds)`, async () => {
  let deathCount = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const random = createSeededRandom(seed);
    const engine = new SimulatedEngine(seed, { restartsBodies: false });
    await engine.start();
    await filled(engine);
    const MaxNumberOfMessagesPerSecond = 5 + Math.floor(random.next() * 30);
    await engine.call("sqs", "StartMessageMoveTask", {
      SourceArn: arnOf("dead"),
      MaxNumberOfMessagesPerSecond,
    });
    const startedMs = engine.clock.nowMs();
    engine.faultChance = FAULT_CHANCE;
    for (let task = await latest(engine); task?.Status === "RUNNING"; task = await latest(engine)) {
      await engine.clock.advance(Math.floor(random.next() * 600));
      const elapsedMs = engine.clock.nowMs() - startedMs;
      const allowed = (elapsedMs / 1_000 + 1) * MaxNumberOfMessagesPerSecond;
      expect(task.ApproximateNumberOfMessagesMoved).toBeLessThanOrEqual(allowed);
    }
    engine.faultChance = 0;
    await engine.clock.advance(1_000);
    expect(await latest(engine)).toMatchObject({
      Status: "COMPLETED",
      ApproximateNumberOfMessagesMoved: MESSAGES,
    });
    const expected = Array.from({ length: MESSAGES }, (_, at) => `m${at}`);
    expect([...(await takeAll(engine, "source"))].sort()).toEqual([...expected].sort());
    expect(await takeAll(engine, "dead")).toEqual([]);
    deathCount += engine.deathCount;
    await engine.stop();
  }
  expect(deathCount).toBeGreaterThan(SEEDS);
});

test("move task: a call that dies says so", async () => {
  const engine = new SimulatedEngine(1, { restartsBodies: false });
  await engine.start();
  await filled(engine);
  engine.faultChance = 1;
  const start = engine.call("sqs", "StartMessageMoveTask", { SourceArn: arnOf("dead") });
  await expect(start).rejects.toBeInstanceOf(EngineDied);
  engine.faultChance = 0;
  await engine.stop();
});
