/**
 * The engine is killed (`kill -9`) again and again while messages are sent, published, received and
 * deleted. What was acknowledged is consumed or dead-lettered in the end, FIFO groups stay in order,
 * deduplication holds, and a message move task moves each message once.
 */
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { createSystemClock } from "../../src/platform/clock.ts";
import type { Random } from "../../src/platform/random.ts";
import { eventually } from "../examples/eventually.ts";
import { Ledger, type QueueFacts } from "../simulation/ledger.ts";
import { crashSite } from "./crash-site.ts";
import type { Engine } from "./engine.ts";
import { arnOf, MessagingClients, TOPIC_ARN } from "./messaging-clients.ts";
import { killsOr } from "./replay.ts";

const KILLS = killsOr(3);
const ACKNOWLEDGED_PER_KILL = 150;
const JITTER_MS = 30;
const KILL_MS_MAX = 30_000;
const SETTLE_MS_MAX = 60_000;
const FAILURE_CHANCE = 0.25;
const MOVED_MESSAGES = 40;
const MOVES_PER_SECOND = 20;

const clock = createSystemClock();
const site = crashSite("messaging");

const RETENTION_MS = 345_600_000;
const queue = (name: string, dead?: QueueFacts["dead"]): QueueFacts => ({
  name,
  retentionMs: RETENTION_MS,
  isFifo: name.endsWith(".fifo"),
  ...(dead && { dead }),
});
const QUEUES: readonly QueueFacts[] = [
  queue("dead"),
  queue("plain", { name: "dead", maxReceiveCount: 3 }),
  queue("orders.fifo"),
  queue("topic-a"),
  queue("topic-b"),
  queue("bus"),
];
const GROUPS = ["a", "b", "c", "d"];

async function setUp(clients: MessagingClients): Promise<void> {
  const create = (QueueName: string, Attributes: Readonly<Record<string, string>>) =>
    clients.insist(() => clients.call("sqs", "CreateQueue", { QueueName, Attributes }));
  for (const { name, isFifo, dead } of QUEUES) {
    await create(name, {
      ...(isFifo && { FifoQueue: "true" }),
      ...(dead && redrive(dead.name, dead.maxReceiveCount)),
    });
  }
  await create("unmoved", {});
  await create("moved", { ...redrive("unmoved", 1), VisibilityTimeout: "0" });
  await clients.insist(() => clients.callQuery("sns", { Action: "CreateTopic", Name: "topic" }));
  for (const name of ["topic-a", "topic-b"]) {
    const subscription = { TopicArn: TOPIC_ARN, Protocol: "sqs", Endpoint: arnOf(name) };
    await clients.insist(() => clients.callQuery("sns", { Action: "Subscribe", ...subscription }));
  }
  const EventPattern = JSON.stringify({ source: ["crash"] });
  await clients.insist(() => clients.call("events", "PutRule", { Name: "rule", EventPattern }));
  const Targets = [{ Id: "bus", Arn: arnOf("bus") }];
  await clients.insist(() => clients.call("events", "PutTargets", { Rule: "rule", Targets }));
}

function redrive(dead: string, maxReceiveCount: number): Readonly<Record<string, string>> {
  return { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(dead), maxReceiveCount }) };
}

/** Fills `unmoved` with dead letters and starts a task that moves them back. */
async function startMove(clients: MessagingClients): Promise<void> {
  for (let at = 0; at < MOVED_MESSAGES; at += 1) {
    const input = { QueueUrl: clients.urlOf("moved"), MessageBody: `{"id":"moved-${at}"}` };
    await clients.insist(() => clients.call("sqs", "SendMessage", input));
  }
  const input = { QueueUrl: clients.urlOf("moved"), MaxNumberOfMessages: 10 };
  for (let round = 0; round <= (2 * MOVED_MESSAGES) / 10; round += 1) {
    await clients.insist(() => clients.call("sqs", "ReceiveMessage", input));
  }
  await clients.insist(() =>
    clients.call("sqs", "StartMessageMoveTask", {
      SourceArn: arnOf("unmoved"),
      MaxNumberOfMessagesPerSecond: MOVES_PER_SECOND,
    }),
  );
}

function senders(clients: MessagingClients, isOver: () => boolean): readonly Promise<void>[] {
  const repeat = async (act: () => Promise<void>): Promise<void> => {
    while (!isOver()) {
      await act();
    }
  };
  const plain = (id: string) =>
    clients.call("sqs", "SendMessage", {
      QueueUrl: clients.urlOf("plain"),
      MessageBody: JSON.stringify({ id }),
    });
  const publish = (id: string) =>
    clients.callQuery("sns", {
      Action: "Publish",
      TopicArn: TOPIC_ARN,
      Message: JSON.stringify({ id }),
    });
  const put = (id: string) => {
    const entry = { Source: "crash", DetailType: "made", Detail: JSON.stringify({ id }) };
    return clients.call("events", "PutEvents", { Entries: [entry] });
  };
  return [
    repeat(() => clients.sendOnce(["plain"], plain)),
    repeat(() => clients.sendOnce(["topic-a", "topic-b"], publish)),
    repeat(() => clients.sendOnce(["bus"], put)),
    ...GROUPS.map((group) => repeat(() => clients.sendFifo("orders.fifo", group))),
  ];
}

function consumers(clients: MessagingClients, isOver: () => boolean): readonly Promise<void>[] {
  return QUEUES.filter(({ name }) => name !== "dead").map(async ({ name }) => {
    while (!isOver()) {
      const count = await clients.consume(name, { failureChance: FAILURE_CHANCE });
      if (count === 0) {
        await pause(10);
      }
    }
  });
}

async function killAgainAndAgain(
  engine: Engine,
  clients: MessagingClients,
  random: Random,
): Promise<void> {
  for (let kill = 0; kill < KILLS; kill += 1) {
    await engine.ready;
    const wanted = clients.acknowledgedCount + Math.floor(random.next() * ACKNOWLEDGED_PER_KILL);
    const patience = { what: `${wanted} acknowledgements`, withinMs: KILL_MS_MAX };
    await eventually(patience, async () => clients.acknowledgedCount >= wanted || undefined);
    await clock.sleepUntil(clock.nowMs() + random.next() * JITTER_MS);
    await engine.kill();
    engine.start();
  }
  await engine.ready;
}

/** Consumes all there is until every queue is empty; what is left, if that takes too long. */
async function settle(clients: MessagingClients): Promise<ReadonlyMap<string, number>> {
  const untilMs = clock.nowMs() + SETTLE_MS_MAX;
  let left = new Map<string, number>();
  do {
    for (const { name } of QUEUES) {
      while ((await clients.consume(name, { failureChance: 0 })) !== 0) {
        // There is more.
      }
    }
    left = new Map();
    for (const { name } of QUEUES) {
      left.set(name, await countOf(clients, name));
    }
    await pause(50);
  } while ([...left.values()].some((count) => count > 0) && clock.nowMs() < untilMs);
  return left;
}

async function countOf(clients: MessagingClients, name: string): Promise<number> {
  const input = { QueueUrl: clients.urlOf(name), AttributeNames: ["All"] };
  const answer = await clients.insist(() => clients.call("sqs", "GetQueueAttributes", input));
  const attributes = answer["Attributes"] as Readonly<Record<string, string>>;
  return (
    Number(attributes["ApproximateNumberOfMessages"]) +
    Number(attributes["ApproximateNumberOfMessagesNotVisible"])
  );
}

async function expectMoved(clients: MessagingClients): Promise<void> {
  const list = { SourceArn: arnOf("unmoved") };
  const patience = { what: "the message move task to end", withinMs: SETTLE_MS_MAX };
  const task = await eventually(patience, async () => {
    const answer = await clients.insist(() => clients.call("sqs", "ListMessageMoveTasks", list));
    const [latest] = answer["Results"] as readonly Readonly<Record<string, unknown>>[];
    return latest?.["Status"] === "RUNNING" ? undefined : latest;
  });
  expect(task).toMatchObject({
    Status: "COMPLETED",
    ApproximateNumberOfMessagesMoved: MOVED_MESSAGES,
  });
  const input = {
    QueueUrl: clients.urlOf("moved"),
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 600,
  };
  const bodies: string[] = [];
  for (;;) {
    const answer = await clients.insist(() => clients.call("sqs", "ReceiveMessage", input));
    const messages = (answer["Messages"] ?? []) as readonly { readonly Body: string }[];
    if (messages.length === 0) {
      break;
    }
    bodies.push(...messages.map(({ Body }) => Body));
  }
  expect(bodies.length).toBe(MOVED_MESSAGES);
  expect(new Set(bodies).size).toBe(MOVED_MESSAGES);
}

test(`kill -9, ${KILLS} times: messaging keeps its promises`, {
  timeout: SETTLE_MS_MAX + KILLS * KILL_MS_MAX,
}, async () => {
  const { engine, random } = await site.begin(KILLS);
  const ledger = new Ledger();
  for (const facts of QUEUES) {
    ledger.addQueue(facts);
  }
  const clients = new MessagingClients({ endpoint: engine.endpoint, ledger, random });
  await setUp(clients);
  await startMove(clients);
  let isOver = false;
  const parties = [...senders(clients, () => isOver), ...consumers(clients, () => isOver)];
  const killing = killAgainAndAgain(engine, clients, random).finally(() => {
    isOver = true;
  });
  await Promise.all([killing, ...parties]);
  ledger.settled(clock.nowMs(), await settle(clients));
  expect(ledger.violations).toEqual([]);
  expect(clients.disorder).toEqual([]);
  expect(clients.acknowledgedCount).toBeGreaterThan(KILLS * 20);
  await expectMoved(clients);
  expect(await engine.stop()).toBe(0);
});
