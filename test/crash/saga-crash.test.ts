/**
 * The engine is killed (`kill -9`) again and again while sagas run: mostly right after an execution
 * was seen to have made a step, else at any moment, also while it starts. Every saga comes to its
 * end, every step of it is done or taken back, and the books balance.
 */
import { expect, test } from "vitest";
import { createRemoteDispatcher } from "../../src/cli/remote-dispatcher.ts";
import { createSystemClock } from "../../src/platform/clock.ts";
import type { Random } from "../../src/platform/random.ts";
import { eventually } from "../examples/eventually.ts";
import { inParallel } from "../examples/parallel.ts";
import {
  accountsAfter,
  accountsOf,
  deploySaga,
  LANGUAGES,
  type SagaApplication,
  type SagaOrder,
  stepsOf,
} from "../examples/saga-application.ts";
import { crashSite } from "./crash-site.ts";
import type { Engine } from "./engine.ts";
import { killsOr } from "./replay.ts";

const KILLS = killsOr(4);
const ORDERS_PER_KILL = 6;
const CLIENTS = 4;
/** So many kills come as soon as the books have changed; the others at any moment. */
const KILLED_AT_STEP = 0.7;
const JITTER_MS = 800;
const STEP_MS_MAX = 3_000;
const ENDED_MS_MAX = 120_000;
const TEST_MS_MAX = 300_000 + KILLS * 20_000;
/** How a saga may fail; `undefined`: not at all. */
const FAULTS: readonly SagaOrder["faults"][] = [
  undefined,
  { ReserveStock: "refuse" },
  { ChargePayment: "lose-answer" },
  { BookShipment: "refuse" },
  { BookShipment: "lose-every-answer" },
  { ConfirmOrder: "refuse", RefundPayment: "lose-answer" },
];
const isConfirmed = ({ faults = {} }: SagaOrder): boolean =>
  Object.values(faults).every((fault) => fault === "lose-answer");

const clock = createSystemClock();
const site = crashSite("saga");

function orderOf(number: number): SagaOrder {
  const faults = FAULTS[number % FAULTS.length];
  return {
    orderId: `order-${number}`,
    customerId: "ada",
    sku: "TEA",
    quantity: 1 + (number % 3),
    totalCents: 100 + number,
    ...(faults && { faults }),
  };
}

/** How many steps the books know of. */
async function bookedCount(saga: SagaApplication): Promise<number> {
  return (await saga.rows()).filter(({ status }) => status !== undefined).length;
}

async function killAgainAndAgain(
  engine: Engine,
  saga: SagaApplication,
  random: Random,
): Promise<void> {
  for (let kill = 0; kill < KILLS; kill += 1) {
    if (random.next() < KILLED_AT_STEP) {
      await engine.ready;
      const before = await bookedCount(saga);
      const patience = { what: "a step", withinMs: STEP_MS_MAX };
      // Near the end no more steps come: then any moment will do.
      await eventually(patience, async () =>
        (await bookedCount(saga)) > before ? true : undefined,
      ).catch(() => undefined);
    } else {
      await clock.sleepUntil(clock.nowMs() + random.next() * JITTER_MS);
    }
    await engine.kill();
    engine.start();
  }
  await engine.ready;
}

test(`kill -9, ${KILLS} times: every saga ends, every step is done or taken back`, {
  timeout: TEST_MS_MAX,
}, async () => {
  const { engine, random } = await site.begin(KILLS);
  const { endpoint } = engine;
  const saga = await deploySaga({ endpoint, dispatcher: createRemoteDispatcher(endpoint) });
  const orders = Array.from({ length: KILLS * ORDERS_PER_KILL }, (_, number) => orderOf(number));

  const placing = inParallel([...orders.entries()], CLIENTS, async ([number, order]) => {
    const language = LANGUAGES[number % LANGUAGES.length] ?? "JSONPath";
    const patience = { what: `${order.orderId} to start`, withinMs: ENDED_MS_MAX };
    const executionArn = await eventually(patience, () => saga.start(language, order));
    const end = { what: `${order.orderId} to end`, withinMs: ENDED_MS_MAX };
    return eventually(end, async () => {
      const { status, error } = await saga.describe(executionArn);
      return status === "RUNNING" ? undefined : { order, status, error };
    });
  });
  const [ends] = await Promise.all([placing, killAgainAndAgain(engine, saga, random)]);

  const rows = await saga.rows();
  expect(ends.map(({ order, status, error }) => [order.orderId, status, error])).toEqual(
    orders.map((order) => [
      order.orderId,
      ...(isConfirmed(order) ? ["SUCCEEDED", undefined] : ["FAILED", "OrderCancelled"]),
    ]),
  );
  for (const order of orders) {
    const states = stepsOf(rows, order.orderId).map((step) => step.split(" ")[1]);
    expect([order.orderId, ...new Set(states)]).toEqual([
      order.orderId,
      isConfirmed(order) ? "DONE" : "UNDONE",
    ]);
  }
  expect(accountsOf(rows)).toEqual(accountsAfter(orders.filter(isConfirmed)));
  expect(await engine.stop()).toBe(0);
});
