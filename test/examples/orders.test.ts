/** The orders application, end to end: real HTTP, real functions, a durable engine on a disk. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Cloud, createCloud } from "../../src/app/cloud.ts";
import type { LogReceiver } from "../../src/functions/function-host.ts";
import { eventually } from "./eventually.ts";
import {
  deployOrders,
  type NewOrder,
  type OrdersApplication,
  type PlacedOrder,
} from "./orders-application.ts";
import { inParallel } from "./parallel.ts";

const RETRY_SECONDS = 3;
/** Cold functions on a busy machine. */
const SETTLED_MS = 90_000;
/** Shown when a test fails. */
const LAST_LINES_MAX = 40;

const directory = mkdtempSync(path.join(tmpdir(), "millrace-orders-"));
let cloud: Cloud;
let orders: OrdersApplication;
let missing: string | undefined;
const lastLines: string[] = [];

beforeAll(async () => {
  cloud = await createCloud({ directory, onFunctionLog: keepLines });
  missing = await missingRuntime(cloud.endpoint);
  if (missing === undefined) {
    const parameters = { RetrySeconds: String(RETRY_SECONDS) };
    orders = await deployOrders({ ...cloud, parameters });
  }
});

afterAll(async () => {
  await cloud.close();
  rmSync(directory, { recursive: true });
});

beforeEach((context) => {
  context.skip(missing !== undefined, missing);
  context.onTestFailed(() => {
    process.stderr.write(`what the functions said last:\n${lastLines.join("\n")}\n`);
  });
});

function keepLines(...[{ spec }, lines]: Parameters<LogReceiver>): void {
  lastLines.push(...lines.map(({ message }) => `${spec.name}: ${message.trimEnd()}`));
  lastLines.splice(0, lastLines.length - LAST_LINES_MAX);
}

/** The application has functions in two languages; this machine may lack one of them. */
async function missingRuntime(endpoint: string): Promise<string | undefined> {
  const response = await fetch(`${endpoint}/_millrace/runtimes`);
  const runtimes = (await response.json()) as { runtime: string; interpreter?: string }[];
  return ["nodejs20.x", "python3.11"]
    .filter((name) => !runtimes.some((item) => item.runtime === name && item.interpreter))
    .map((name) => `this machine has no interpreter for ${name}`)
    .at(0);
}

function orderOf(customerId: string, unitPriceCents = 450, sku = "TEA"): NewOrder {
  return { customerId, lines: [{ sku, quantity: 2, unitPriceCents }] };
}

async function placed(order: NewOrder, idempotencyKey?: string): Promise<string> {
  const { status, body } = await orders.place(order, idempotencyKey);
  expect(status).toBe(202);
  return (body as PlacedOrder).orderId;
}

function confirmed(orderId: string): Promise<PlacedOrder> {
  return eventually({ what: `order ${orderId}`, withinMs: SETTLED_MS }, async () => {
    const order = await orders.find(orderId);
    return order?.status === "CONFIRMED" ? order : undefined;
  });
}

test("an order: placed over HTTP, processed, confirmed in Python, and found as that", async () => {
  const orderId = await placed(orderOf("ada"));
  expect(await confirmed(orderId)).toEqual({
    orderId,
    customerId: "ada",
    lines: [{ sku: "TEA", quantity: 2, unitPriceCents: 450 }],
    totalCents: 900,
    status: "CONFIRMED",
    attempts: 1,
    confirmedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    text: "Thank you! 2 pieces are on their way.",
  });
});

test("one placed twice with the same idempotency key: one order, counted once", async () => {
  expect(await placed(orderOf("grace", 300), "grace-1")).toBe("grace-1");
  expect(await placed(orderOf("grace", 300), "grace-1")).toBe("grace-1");
  await placed(orderOf("grace", 500), "grace-2");
  await Promise.all([confirmed("grace-1"), confirmed("grace-2")]);
  await eventually({ what: "both deliveries to be done", withinMs: SETTLED_MS }, async () => {
    const announced = await eventsOf("ConfirmOrderFunction", "order confirmed", "grace-1");
    const recorded = await eventsOf("RecordConfirmationFunction", "confirmation known", "grace-1");
    return announced.length === 2 && recorded.length === 1 ? true : undefined;
  });
  expect(await orders.totalsOf("grace")).toEqual({ orderCount: 2, totalCents: 1600 });
});

test("many orders at once: each confirmed, the totals of each customer add up", async () => {
  const customers = ["joan", "katherine", "margaret"];
  const wanted = Array.from({ length: 60 }, (_, number) =>
    orderOf(customers[number % customers.length] ?? "", 100 + number),
  );
  const orderIds = await inParallel(wanted, 12, (order) => placed(order));
  await inParallel(orderIds, 2, confirmed);
  for (const [index, customerId] of customers.entries()) {
    const prices = Array.from({ length: 20 }, (_, turn) => 100 + index + turn * customers.length);
    const totalCents = prices.reduce((sum, price) => sum + 2 * price, 0);
    expect(await orders.totalsOf(customerId)).toEqual({ orderCount: 20, totalCents });
  }
});

test.each([
  ["no JSON", "{", "the body is not JSON"],
  ["no customer", { lines: [] }, "customerId is missing"],
  ["no lines", { customerId: "ada", lines: [] }, "an order has at least one line"],
  ["half a piece", orderOf("ada", 0.25), "quantity and unitPriceCents are whole numbers"],
])("a bad request: %s", async (_, body, message) => {
  expect(await orders.place(body)).toEqual({ status: 400, body: { message } });
});

test("an order nobody placed: not found", async () => {
  expect(await orders.find("nobody")).toBeUndefined();
});

test("an order that cannot be delivered: tried three times, then a dead letter, counted never", {
  timeout: 2 * SETTLED_MS,
}, async () => {
  const orderId = await placed(orderOf("barbara", 450, "OUT-OF-STOCK"));
  const message = await eventually({ what: "the dead letter", withinMs: SETTLED_MS }, async () =>
    (await orders.take("DeadLetterQueue")).at(0),
  );
  expect(JSON.parse(message.Body ?? "")).toMatchObject({ orderId, customerId: "barbara" });
  const failures = await eventually({ what: "its log", withinMs: SETTLED_MS }, async () => {
    const events = await eventsOf("ProcessOrderFunction", "order failed", orderId);
    return events.length >= 3 ? events : undefined;
  });
  expect(failures.map((event) => event["attempt"])).toEqual(["1", "2", "3"]);
  expect(await orders.find(orderId)).toMatchObject({ status: "PLACED" });
  expect(await orders.totalsOf("barbara")).toBeUndefined();
});

test("a big order: told to the sales queue, and a small one is not", async () => {
  const small = await placed(orderOf("hedy", 49_999));
  const big = await placed(orderOf("hedy", 50_000));
  await Promise.all([confirmed(small), confirmed(big)]);
  const [message, ...others] = await eventually(
    { what: "the big order", withinMs: SETTLED_MS },
    async () => {
      const messages = await orders.take("BigOrdersQueue");
      return messages.length > 0 ? messages : undefined;
    },
  );
  expect(others).toEqual([]);
  expect(JSON.parse(message?.Body ?? "")).toMatchObject({
    version: "1.0",
    requestContext: { condition: "Success", approximateInvokeCount: 1 },
    responsePayload: { orderId: big, totalCents: 100_000, size: "big" },
  });
});

test("what functions log is in CloudWatch Logs: their own lines and the platform's", async () => {
  const orderId = await placed(orderOf("radia"));
  await confirmed(orderId);
  for (const [functionId, message] of [
    ["PlaceOrderFunction", "order placed"],
    ["ProcessOrderFunction", "order processed"],
    ["ConfirmOrderFunction", "order confirmed"],
    ["RecordConfirmationFunction", "confirmation recorded"],
  ] as const) {
    const [event] = await eventually({ what: `"${message}"`, withinMs: SETTLED_MS }, async () => {
      const events = await eventsOf(functionId, message, orderId);
      return events.length > 0 ? events : undefined;
    });
    const requestId = String(event?.["function_request_id"]);
    await eventually({ what: `the report of ${requestId}`, withinMs: SETTLED_MS }, async () => {
      const lines = (await orders.logOf(functionId)).filter((line) => line.includes(requestId));
      const kinds = lines.map((line) => /^[A-Z]+ /.exec(line)?.[0].trim());
      const isWhole = ["START", "END", "REPORT"].every((kind) => kinds.includes(kind));
      return isWhole ? true : undefined;
    });
  }
});

/** The structured log lines of a function with this message, about one order. */
async function eventsOf(
  functionId: string,
  message: string,
  orderId: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const lines = await orders.logOf(functionId);
  return lines
    .filter((line) => line.includes(orderId))
    .map((line) => /\{.*\}/.exec(line)?.[0])
    .filter((json) => json !== undefined)
    .map((json) => JSON.parse(json) as Record<string, unknown>)
    .filter((event) => event["message"] === message && event["orderId"] === orderId);
}
