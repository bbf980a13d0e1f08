/** One run of the messaging world: set up, steps of chance, and then everybody behaves. */
import { ZIP } from "../../src/testing/lambda-fixture.ts";
import { TEST_ACCOUNT, TEST_REGION } from "../../src/testing/service-harness.ts";
import {
  arnOf,
  MAPPED,
  MessagingWorld,
  QUEUES,
  urlOf,
  VISIBILITY_SECONDS,
  type WorldOptions,
} from "./messaging-world.ts";

export interface RunResult {
  readonly violations: readonly string[];
  /** Histories of messages, one for each queue a message was sent to. */
  readonly messageCount: number;
  readonly deathCount: number;
}

const STEPS = 120;
const SETTLE_ROUNDS_MAX = 120;
const SETTLE_ROUND_MS = 11_000;
/** Those that are emptied in the end by hand. */
const MANUAL = ["plain", "fair", "orders.fifo", "topic-a", "bus", "brief"];
const DEAD = ["plain-dead", "dead.fifo", "work-dead", "work-dead.fifo"];
const AWAITED = ["probe", "topic-b"];

export async function runMessaging(options: WorldOptions): Promise<RunResult> {
  const world = new MessagingWorld(options);
  const { engine, ledger } = world;
  await engine.start();
  await setUp(world);
  await engine.clock.advance(1);
  let isOver = false;
  const attendants = AWAITED.map((queue) => world.attend(queue, () => isOver));
  world.misbehave();
  for (let step = 0; step < STEPS; step += 1) {
    await takeStep(world);
    await engine.clock.advance(0);
  }
  world.behave();
  const left = await settle(world);
  ledger.settled(world.nowMs, left);
  isOver = true;
  await engine.clock.advance(60_000);
  await Promise.all(attendants);
  await engine.stop();
  return {
    violations: ledger.violations,
    messageCount: ledger.messageCount,
    deathCount: engine.deathCount,
  };
}

async function setUp(world: MessagingWorld): Promise<void> {
  const { engine, ledger, canary } = world;
  for (const facts of QUEUES) {
    ledger.addQueue(facts);
    const { name, isFifo, retentionMs, dead } = facts;
    const maxReceiveCount = canary === "dead-letter" ? 2 : dead?.maxReceiveCount;
    await engine.call("sqs", "CreateQueue", {
      QueueName: name,
      Attributes: {
        VisibilityTimeout: String(VISIBILITY_SECONDS),
        MessageRetentionPeriod: String(canary === "aged" ? 345_600 : retentionMs / 1_000),
        ...(isFifo && { FifoQueue: "true" }),
        ...(dead !== undefined && {
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(dead.name), maxReceiveCount }),
        }),
      },
    });
  }
  await setUpTopicAndRule(world);
  for (const [queue, name] of Object.entries(MAPPED)) {
    await setUpFunction(world, queue, name);
  }
}

async function setUpTopicAndRule({ engine }: MessagingWorld): Promise<void> {
  const { TopicArn = "" } = await engine.call("sns", "CreateTopic", { Name: "topic" });
  for (const [queue, isRaw] of [
    ["topic-a", "true"],
    ["topic-b", "false"],
  ] as const) {
    await engine.call("sns", "Subscribe", {
      TopicArn,
      Protocol: "sqs",
      Endpoint: arnOf(queue),
      Attributes: { RawMessageDelivery: isRaw },
    });
  }
  const EventPattern = JSON.stringify({ source: ["simulation"] });
  await engine.call("events", "PutRule", { Name: "rule", EventPattern });
  await engine.call("events", "PutTargets", {
    Rule: "rule",
    Targets: [{ Id: "bus", Arn: arnOf("bus") }],
  });
}

interface QueueEvent {
  readonly Records: readonly {
    readonly messageId: string;
    readonly body: string;
    readonly attributes: Readonly<Record<string, string>>;
  }[];
}

/** A function that fails, fails in part, or takes longer than its messages stay hidden. */
async function setUpFunction(world: MessagingWorld, queue: string, name: string): Promise<void> {
  const { engine, ledger } = world;
  engine.functions.script(name, async (event) => {
    const { Records: records } = event as QueueEvent;
    const { deathCount } = engine;
    const hiddenUntilMs = world.nowMs + VISIBILITY_SECONDS * 1_000;
    const messages = records.map(({ body, attributes }) => ({
      Body: body,
      Attributes: attributes,
    }));
    world.observe(queue, messages, hiddenUntilMs);
    const isCalm = engine.faultChance === 0;
    if (!isCalm && world.chance(0.2)) {
      await engine.clock.sleepUntil(world.nowMs + world.upTo(15_000));
    }
    if (!isCalm && world.chance(0.2)) {
      throw new Error("scripted");
    }
    const failsFrom = !isCalm && world.chance(0.2) ? world.upTo(records.length) : records.length;
    for (const { body } of engine.deathCount === deathCount ? records.slice(0, failsFrom) : []) {
      ledger.removed(queue, JSON.parse(body).id, { isCertain: false });
    }
    const failed = records.slice(failsFrom);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
  await engine.call("lambda", "CreateFunction", {
    FunctionName: name,
    Role: `arn:aws:iam::${TEST_ACCOUNT}:role/worker`,
    Runtime: "nodejs20.x",
    Handler: "index.handler",
    Timeout: VISIBILITY_SECONDS,
    Code: { ZipFile: ZIP },
  });
  await engine.call("lambda", "CreateEventSourceMapping", {
    FunctionName: `arn:aws:lambda:${TEST_REGION}:${TEST_ACCOUNT}:function:${name}`,
    EventSourceArn: arnOf(queue),
    BatchSize: 5,
    FunctionResponseTypes: ["ReportBatchItemFailures"],
  });
}

async function takeStep(world: MessagingWorld): Promise<void> {
  const draw = world.random.next();
  if (draw < 0.4) {
    await sendSomething(world);
  } else if (draw < 0.6) {
    const visibilitySeconds = 1 + world.upTo(15);
    await world.receive(world.pick(MANUAL), { visibilitySeconds });
  } else if (draw < 0.8) {
    await answer(world);
  } else if (draw < 0.98) {
    await world.engine.clock.advance(world.upTo(world.chance(0.1) ? 120_000 : 6_000));
  } else {
    world.engine.crash();
  }
}

async function sendSomething(world: MessagingWorld): Promise<void> {
  const group = world.pick(["a", "b", "c"]);
  const sends: readonly (() => Promise<void>)[] = [
    () => world.send("plain", {}),
    () => world.send("fair", world.chance(0.7) ? { group } : {}),
    () => world.send("brief", {}),
    () => world.send("probe", { delaySeconds: world.upTo(20) }),
    () => world.send("work", {}),
    () => world.sendFifo("orders.fifo", group),
    () => world.sendFifo("orders.fifo", group),
    () => world.sendFifo("work.fifo", group),
    () => world.publish(),
    () => world.putEvent(),
  ];
  await world.pick(sends)();
}

/** Some answers come late, some come twice, some never. */
async function answer(world: MessagingWorld): Promise<void> {
  const at = world.upTo(world.held.length - 1);
  const held = world.held[at];
  if (held === undefined) {
    return;
  }
  const draw = world.random.next();
  if (draw < 0.5) {
    await world.remove(held);
  } else if (draw < 0.6) {
    await world.remove(held);
    await world.remove(held);
  } else if (draw < 0.75) {
    await world.hide(held, world.chance(0.5) ? 0 : world.upTo(12));
    await world.receive(held.queue);
    return;
  }
  world.held.splice(at, 1);
}

/** Consumes all there is, until nothing is left or nobody can tell why; what then is left. */
async function settle(world: MessagingWorld): Promise<ReadonlyMap<string, number>> {
  let left: ReadonlyMap<string, number> = new Map();
  for (let round = 0; round < SETTLE_ROUNDS_MAX; round += 1) {
    for (const queue of [...MANUAL, ...DEAD]) {
      if (!(world.canary === "unsettled" && queue === "bus")) {
        await drain(world, queue);
      }
    }
    await world.engine.clock.advance(SETTLE_ROUND_MS);
    left = await counts(world);
    if ([...left.values()].every((count) => count === 0)) {
      break;
    }
  }
  return left;
}

async function drain(world: MessagingWorld, queue: string): Promise<void> {
  for (;;) {
    const held = await world.receive(queue);
    for (const one of held) {
      await world.remove(one);
    }
    world.held.length = 0;
    if (held.length === 0) {
      return;
    }
  }
}

async function counts(world: MessagingWorld): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const { name } of QUEUES) {
    const { Attributes = {} } = await world.engine.call("sqs", "GetQueueAttributes", {
      QueueUrl: urlOf(name),
      AttributeNames: ["All"],
    });
    found.set(
      name,
      Number(Attributes.ApproximateNumberOfMessages) +
        Number(Attributes.ApproximateNumberOfMessagesNotVisible) +
        Number(Attributes.ApproximateNumberOfMessagesDelayed),
    );
  }
  return found;
}
