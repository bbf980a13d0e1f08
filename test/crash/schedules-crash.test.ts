/**
 * The engine is killed (`kill -9`) again and again while schedules fire and a pipe is at work. Every
 * schedule has sent its message once, though some were due while nothing ran, and the pipe has lost
 * none.
 */
import { CreatePipeCommand, PipesClient } from "@aws-sdk/client-pipes";
import {
  CreateScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from "@aws-sdk/client-scheduler";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { createSystemClock } from "../../src/platform/clock.ts";
import type { Random } from "../../src/platform/random.ts";
import { clientConfig } from "../client-config.ts";
import { eventually } from "../examples/eventually.ts";
import { crashSite, drained } from "./crash-site.ts";
import { killsOr } from "./replay.ts";

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
const site = crashSite("schedules");

interface Clients {
  readonly sqs: SQSClient;
  readonly scheduler: SchedulerClient;
  readonly pipes: PipesClient;
}

function clientsOf(endpoint: string): Clients {
  const config = clientConfig(endpoint);
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
  return (await drained(sqs, QueueUrl ?? "")).map(({ Body }) => Number(Body));
}

const isPiped = (number: number): boolean => number % PIPED_EVERY === 0;
const ascending = (numbers: Iterable<number>): readonly number[] =>
  [...numbers].sort((a, b) => a - b);

test(`kill -9, ${KILLS} times: schedules fire once, pipes lose nothing`, {
  timeout: 2 * SETTLE_MS_MAX,
}, async () => {
  const { engine, random } = await site.begin(KILLS);
  const clients = clientsOf(engine.endpoint);
  await setUp(clients, random);
  for (let kill = 0; kill < KILLS; kill += 1) {
    await clock.sleepUntil(clock.nowMs() + LEAD_MS / KILLS + random.next() * KILL_EVERY_MS);
    await engine.crash();
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
