/** The payments application: Powertools for AWS Lambda, unmodified, on a durable engine. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cloud, createCloud } from "../../src/app/cloud.ts";
import { eventually } from "./eventually.ts";
import { inParallel } from "./parallel.ts";
import { deployPayments, type PaymentsApplication } from "./payments-application.ts";

const RETRY_SECONDS = 10;
/** Cold functions on a busy machine. */
const SETTLED_MS = 90_000;

const directory = mkdtempSync(path.join(tmpdir(), "millrace-payments-"));
let cloud: Cloud;
let payments: PaymentsApplication;

beforeAll(async () => {
  cloud = await createCloud({ directory });
  const parameters = { RetrySeconds: String(RETRY_SECONDS) };
  payments = await deployPayments({ ...cloud, parameters });
});

afterAll(async () => {
  await cloud.close();
  rmSync(directory, { recursive: true });
});

function patience(what: string): { readonly what: string; readonly withinMs: number } {
  return { what, withinMs: SETTLED_MS };
}

test("a payment: charged with the fee of Parameter Store, found, and booked", async () => {
  const { status, body } = await payments.pay(
    { merchant: "ada", amountCents: 1000 },
    { key: "ada-1" },
  );
  expect([status, body]).toEqual([
    201,
    {
      id: expect.any(String),
      key: "ada-1",
      merchant: "ada",
      amountCents: 1000,
      feeCents: 20,
    },
  ]);
  expect(await payments.find(String(body["id"]))).toEqual({ status: 200, body });
  await eventually(patience("the totals of ada"), () => payments.totalsOf("ada"));
  expect(await payments.totalsOf("ada")).toEqual({ payments: 1, amountCents: 1000, feeCents: 20 });
});

test("many with one key at once: charged once, the others have the same answer or wait", async () => {
  const payment = { merchant: "grace", amountCents: 300 };
  const answers = await inParallel(Array.from({ length: 6 }), 6, () =>
    payments.pay(payment, { key: "grace-1" }),
  );
  const charged = answers.filter(({ status }) => status === 201).map(({ body }) => body["id"]);
  expect(new Set(answers.map(({ status }) => status))).toSatisfy((statuses: Set<number>) =>
    [...statuses].every((status) => status === 201 || status === 409),
  );
  expect(new Set(charged).size).toBe(1);
  const again = await payments.pay(payment, { key: "grace-1", by: "url" });
  expect([again.status, again.body["id"]]).toEqual([201, charged[0]]);
  await payments.pay({ merchant: "grace", amountCents: 200 }, { key: "grace-2" });
  await eventually(patience("both payments of grace"), async () =>
    (await payments.totalsOf("grace"))?.["payments"] === 2 ? true : undefined,
  );
  expect(await payments.totalsOf("grace")).toMatchObject({ payments: 2, amountCents: 500 });
});

test("the key of another payment: refused, and nothing is charged", async () => {
  await payments.pay({ merchant: "joan", amountCents: 100 }, { key: "joan-1" });
  expect(await payments.pay({ merchant: "joan", amountCents: 101 }, { key: "joan-1" })).toEqual({
    status: 422,
    body: { message: "The key belongs to another payment." },
  });
});

test.each([
  [
    "no key",
    { merchant: "ada", amountCents: 1 },
    undefined,
    "the header idempotency-key is missing",
  ],
  ["no merchant", { amountCents: 1 }, "k", "merchant is missing"],
  [
    "half a cent",
    { merchant: "ada", amountCents: 0.5 },
    "k",
    "amountCents is a whole number above 0",
  ],
])("a bad payment: %s", async (_, payment, key, message) => {
  const { status, body } = await payments.pay(payment, key === undefined ? {} : { key });
  expect([status, body["message"]]).toEqual([400, message]);
});

test("a payment nobody made: not found", async () => {
  expect(await payments.find("none")).toMatchObject({
    status: 404,
    body: { message: "There is no payment none." },
  });
});

test("a new fee: taken once Powertools has forgotten the old one", async () => {
  await payments.setFee(10);
  let number = 0;
  await eventually(patience("the new fee"), async () => {
    number += 1;
    const { body } = await payments.pay(
      { merchant: "edith", amountCents: 100 },
      { key: `edith-${number}` },
    );
    return body["feeCents"] === 10 ? true : undefined;
  });
});

test("a payment that cannot be booked: given up alone, and those around it are booked", async () => {
  for (const [number, merchant] of ["mary", "BLOCKED", "mary"].entries()) {
    await payments.pay({ merchant, amountCents: 50 }, { key: `${merchant}-${number}` });
  }
  const [failure] = await eventually(patience("the failure"), async () => {
    const failures = await payments.failures();
    return failures.length > 0 ? failures : undefined;
  });
  expect(failure).toMatchObject({
    requestContext: { condition: "RetryAttemptsExhausted" },
    DDBStreamBatchInfo: { batchSize: 1 },
  });
  await eventually(patience("both payments of mary"), async () =>
    (await payments.totalsOf("mary"))?.["payments"] === 2 ? true : undefined,
  );
  expect(await payments.totalsOf("BLOCKED")).toBeUndefined();
});

test("receipts: in the order of the payments, behind one that failed too", async () => {
  for (const amountCents of [100, 200, 300]) {
    await payments.pay({ merchant: "SHAKY", amountCents }, { key: `shaky-${amountCents}` });
  }
  await eventually(patience("three receipts"), async () =>
    (await payments.receiptsOf("SHAKY")).length === 3 ? true : undefined,
  );
  expect(await payments.receiptsOf("SHAKY")).toEqual([100, 200, 300]);
});

test("logs, metrics and traces: what Powertools writes is in CloudWatch Logs", async () => {
  const { body } = await payments.pay({ merchant: "hedy", amountCents: 7 }, { key: "hedy-1" });
  const lines = await eventually(patience("the log"), async () => {
    const all = await payments.logOf("ApiFunction");
    const line = all.find((item) => item["id"] === body["id"]);
    const report = all.find(
      ({ type, record }) =>
        type === "platform.report" &&
        (record as { requestId?: string }).requestId === line?.["function_request_id"],
    );
    return line && report && { all, line, report };
  });
  expect(lines.line).toMatchObject({
    level: "INFO",
    message: "payment charged",
    service: "payments",
    xray_trace_id: expect.stringMatching(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/),
  });
  expect(lines.report["record"]).toMatchObject({
    status: "success",
    tracing: { value: expect.stringContaining(`Root=${lines.line["xray_trace_id"]}`) },
  });
  const charged = lines.all.find((item) => item["ChargedCents"] === 7);
  expect(charged).toMatchObject({
    _aws: { CloudWatchMetrics: [{ Namespace: "Payments" }] },
    service: "payments",
  });
});
