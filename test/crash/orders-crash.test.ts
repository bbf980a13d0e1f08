/**
 * The engine is killed (`kill -9`) again and again while orders come in. Clients do what clients
 * do: they send an order again, with its idempotency key, until it is taken. In the end every order
 * has been carried out, none is lost, each is counted once, and nothing runs on.
 */
import { expect, test } from "vitest";
import { createRemoteDispatcher } from "../../src/cli/remote-dispatcher.ts";
import { createSystemClock } from "../../src/platform/clock.ts";
import { createSeededRandom } from "../../src/platform/random.ts";
import { eventually } from "../examples/eventually.ts";
import {
  deployOrders,
  type NewOrder,
  type OrdersApplication,
} from "../examples/orders-application.ts";
import { inParallel } from "../examples/parallel.ts";
import { crashSite } from "./crash-site.ts";
import type { Engine } from "./engine.ts";
import { killsOr, SEED } from "./replay.ts";

const KILLS = killsOr(6);
const ORDERS_MIN = 500;
const ORDERS_PER_KILL = 40;
const CLIENTS = 6;
/** A kill comes up to so long after what it waits for. */
const JITTER_MS = 600;
/** So many kills do not wait for the engine to be ready. */
const KILLED_AT_START = 0.25;
/** For an order to be taken, or carried out, whatever happens to the engine meanwhile. */
const ORDER_MS_MAX = 300_000;
const TEST_MS_MAX = 600_000 + KILLS * 20_000;
const RETRY_SECONDS = 3;
/** While the engine is killed, an order may be received often and be done in the end. */
const RECEIVES_WHILE_KILLED = 1_000;
const RECEIVES_IN_PEACE = 3;

const clock = createSystemClock();
const site = crashSite("orders");

interface NumberedOrder extends NewOrder {
  readonly orderId: string;
  readonly totalCents: number;
  readonly isDeliverable: boolean;
}

const BIG_CENTS = 100_000;

function orderOf(number: number): NumberedOrder {
  const isDeliverable = number % 50 !== 49;
  const unitPriceCents = number % 25 === 3 ? BIG_CENTS : 100 + number;
  return {
    orderId: `order-${number}`,
    customerId: `customer-${number % 7}`,
    lines: [{ sku: isDeliverable ? "TEA" : "OUT-OF-STOCK", quantity: 1, unitPriceCents }],
    totalCents: unitPriceCents,
    isDeliverable,
  };
}

interface KillMoment {
  readonly afterOrders: number;
  readonly waitsUntilReady: boolean;
  readonly jitterMs: number;
}

/** Kills wait for numbers of taken orders: over all of them, the last ones in the aftermath. */
function killMoments(ordersCount: number): readonly KillMoment[] {
  const random = createSeededRandom(SEED);
  return Array.from({ length: KILLS }, () => ({
    afterOrders: Math.floor(random.next() * (ordersCount + 1)),
    waitsUntilReady: random.next() >= KILLED_AT_START,
    jitterMs: random.next() * JITTER_MS,
  })).sort((a, b) => a.afterOrders - b.afterOrders);
}

/** A starved function may end in a 500, for which clients try again. Anything else is told. */
async function place(orders: OrdersApplication, order: NumberedOrder): Promise<readonly string[]> {
  const unexpected: string[] = [];
  const { orderId, customerId, lines } = order;
  const patience = { what: `${orderId} to be taken`, withinMs: ORDER_MS_MAX };
  await eventually(patience, async () => {
    const { status, body } = await orders.place({ customerId, lines }, orderId);
    if (status !== 202 && status !== 500) {
      unexpected.push(`${orderId}: ${status} ${JSON.stringify(body)}`);
    }
    return status === 202 ? true : undefined;
  });
  return unexpected;
}

async function confirm(orders: OrdersApplication, { orderId }: NumberedOrder): Promise<void> {
  const patience = { what: `${orderId} to be confirmed`, withinMs: ORDER_MS_MAX };
  await eventually(patience, async () =>
    (await orders.find(orderId))?.status === "CONFIRMED" ? true : undefined,
  );
}

function deploy(engine: Engine, receivesMax: number): Promise<OrdersApplication> {
  const { endpoint } = engine;
  return deployOrders({
    endpoint,
    dispatcher: createRemoteDispatcher(endpoint),
    parameters: { RetrySeconds: `${RETRY_SECONDS}`, ReceivesMax: `${receivesMax}` },
  });
}

/** Kills the engine at the moments and starts it again; how long it took, where that was seen. */
async function killAgainAndAgain(
  engine: Engine,
  moments: readonly KillMoment[],
  takenCount: () => number,
): Promise<readonly number[]> {
  const startsMs: number[] = [];
  for (const { afterOrders, waitsUntilReady, jitterMs } of moments) {
    if (waitsUntilReady) {
      startsMs.push(await engine.ready);
    }
    const patience = { what: `${afterOrders} orders to be taken`, withinMs: ORDER_MS_MAX };
    await eventually(patience, async () => (takenCount() >= afterOrders ? true : undefined));
    await clock.sleepUntil(clock.nowMs() + jitterMs);
    await engine.kill();
    engine.start();
  }
  startsMs.push(await engine.ready);
  return startsMs;
}

test(`kill -9, ${KILLS} times: every order that was taken is carried out, and counted once`, {
  timeout: TEST_MS_MAX,
}, async () => {
  const { engine } = await site.begin(KILLS);
  const orders = await deploy(engine, RECEIVES_WHILE_KILLED);

  const all = Array.from({ length: Math.max(ORDERS_MIN, KILLS * ORDERS_PER_KILL) }, (_, number) =>
    orderOf(number),
  );
  let taken = 0;
  const placing = inParallel(all, CLIENTS, async (order) => {
    const unexpected = await place(orders, order);
    taken += 1;
    return unexpected;
  });
  const [unexpected] = await Promise.all([
    placing,
    killAgainAndAgain(engine, killMoments(all.length), () => taken),
  ]);
  expect(unexpected.flat()).toEqual([]);

  const deliverable = all.filter(({ isDeliverable }) => isDeliverable);
  await inParallel(deliverable, 2, (order) => confirm(orders, order));
  await deploy(engine, RECEIVES_IN_PEACE);
  await eventually({ what: "the queue to be empty", withinMs: ORDER_MS_MAX }, async () =>
    (await orders.waiting()) === 0 ? true : undefined,
  );
  await expectEffects(orders, all);
  expect(await engine.stop()).toBe(0);
});

async function expectEffects(
  orders: OrdersApplication,
  all: readonly NumberedOrder[],
): Promise<void> {
  const delivered = all.filter(({ isDeliverable }) => isDeliverable);
  for (const customerId of new Set(all.map((order) => order.customerId))) {
    const own = delivered.filter((order) => order.customerId === customerId);
    expect({ customerId, ...(await orders.totalsOf(customerId)) }).toEqual({
      customerId,
      orderCount: own.length,
      totalCents: own.reduce((sum, { totalCents }) => sum + totalCents, 0),
    });
  }
  const idsOf = (those: readonly { readonly orderId: string }[]): readonly string[] =>
    [...new Set(those.map(({ orderId }) => orderId))].sort();
  const dead = (await orders.take("DeadLetterQueue")).map(({ Body = "" }) => JSON.parse(Body));
  expect(idsOf(dead)).toEqual(idsOf(all.filter(({ isDeliverable }) => !isDeliverable)));
  const told = (await orders.take("BigOrdersQueue")).map(
    ({ Body = "" }) => JSON.parse(Body).responsePayload,
  );
  expect(idsOf(told)).toEqual(idsOf(delivered.filter((order) => order.totalCents >= BIG_CENTS)));
}
