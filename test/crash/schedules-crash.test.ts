/**
 * The engine is killed (`kill -9`) again and again while schedules fire and a pipe is at work. Every
 * schedule has sent its message once, though some were due while nothing ran, and the pipe has lost
 * none.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CreatePipeCommand, PipesClient } from "@aws-sdk/client-pipes";
import {
  CreateScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from "@aws-sdk/client-scheduler";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, onTestFailed, onTestFinished, test } from "vitest";
import { createSystemClock } from "../../src/platform/clock.ts";
import { createSeededRandom, type Random } from "../../src/platform/random.ts";
import { eventually } from "../examples/eventually.ts";
import { buildEngine, choosePort, Engine } from "./orders-engine.ts";
import { killsOr, SEED, sayHowToReplay } from "./replay.ts";

const KILLS = killsOr(3);
const SCHEDULES = 300;
/** Every third goes on through the pipe. */
const PIPED_EVERY = 3;
const LEAD_MS = 3_000;
const SPREAD_MS = 4_000;
const KILL_EVERY_MS = 1_200;
const SETTLE_MS_MAX = 60_000;
const ROLE = "arn:aws:iam::000000000000:role/any";
const clock = createSystemClock();
const directory = mkdtempSync(path.join(tmpdir(), "millrace-schedules-crash-"));
let program = "";

beforeAll(() => {
  program = buildEngine();
});

afterAll(() => {
  rmSync(directory, { recursive: true });
  rmSync(program, { recursive: true });
});

interface Clients {
  readonly sqs: SQSClient;
  readonly scheduler: SchedulerClient;
  readonly pipes: PipesClient;
}

function clientsOf(endpoint: string): Clients {
  const credentials = { accessKeyId: "000000000000", secretAccessKey: "any" };
  const config = { endpoint, region: "us-east-1", credentials };
  return {
    sqs: new SQSClient(config),
    scheduler: new SchedulerClient(config),
    pipes: new PipesClient(config),
  };
}

const arnOf = (queue: string): string => `arn:aws:sqs:us-east-1:000000000000:${queue}`;

async function setUp({ sqs, scheduler, pipes }: Clients, random: Random): Promise<void> {
  for (const QueueName of ["ticks", "piped", "out"]) {
    const Attributes = { VisibilityTimeout: "2" };
    await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  }
  await pipes.send(
    new CreatePipeCommand({
      Name: "pipe",
      Source: arnOf("piped"),
      Target: arnOf("out"),
      TargetParameters: { InputTemplate: "<$.body>" },
      RoleArn: ROLE,
    }),
  );
  const firstMs = clock.nowMs() + LEAD_MS;
  for (let number = 0; number < SCHEDULES; number += 1) {
    const due = new Date(firstMs + random.next() * SPREAD_MS).toISOString().slice(0, 19);
    await scheduler.send(
      new CreateScheduleCommand({
        Name: `schedule-${number}`,
        ScheduleExpression: `at(${due})`,
        ActionAfterCompletion: "DELETE",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: {
          Arn: arnOf(number % PIPED_EVERY === 0 ? "piped" : "ticks"),
          RoleArn: ROLE,
          Input: String(number),
        },
      }),
    );
  }
}

/** Everything in a queue, which is empty afterwards. */
async function drain({ sqs }: Clients, QueueName: string): Promise<readonly number[]> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
  const numbers: number[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 60 }),
    );
    if (Messages.length === 0) {
      return numbers;
    }
    numbers.push(...Messages.map(({ Body }) => Number(Body)));
    const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}

const isPiped = (number: number): boolean => number % PIPED_EVERY === 0;
const ascending = (numbers: Iterable<number>): readonly number[] =>
  [...numbers].sort((a, b) => a - b);

test(`kill -9, ${KILLS} times: schedules fire once, pipes lose nothing`, {
  timeout: 2 * SETTLE_MS_MAX,
}, async () => {
  onTestFailed(() => sayHowToReplay("test/crash/schedules-crash.test.ts", KILLS));
  const random = createSeededRandom(SEED);
  const engine = new Engine({ program, directory, port: await choosePort(random) });
  onTestFinished(() => engine.dispose());
  engine.start();
  await engine.ready;
  const clients = clientsOf(engine.endpoint);
  await setUp(clients, random);
  for (let kill = 0; kill < KILLS; kill += 1) {
    await clock.sleepUntil(clock.nowMs() + LEAD_MS / KILLS + random.next() * KILL_EVERY_MS);
    await engine.kill();
    engine.start();
    await engine.ready;
  }
  const patience = { what: "all schedules to fire", withinMs: SETTLE_MS_MAX };
  await eventually(patience, async () => {
    const { Schedules = [] } = await clients.scheduler.send(new ListSchedulesCommand({}));
    return Schedules.length === 0 || undefined;
  });
  const all = Array.from({ length: SCHEDULES }, (_, number) => number);
  expect(ascending(await drain(clients, "ticks"))).toEqual(all.filter((one) => !isPiped(one)));
  const out = new Set<number>();
  await eventually({ what: "the pipe to be done", withinMs: SETTLE_MS_MAX }, async () => {
    for (const number of await drain(clients, "out")) {
      out.add(number);
    }
    return out.size === all.filter(isPiped).length || undefined;
  });
  expect(ascending(out)).toEqual(all.filter(isPiped));
  expect(await engine.stop()).toBe(0);
});
