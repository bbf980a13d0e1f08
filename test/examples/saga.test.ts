/** The order saga, end to end: whichever step fails, and however, the books balance. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, createCloud } from "../../src/app/cloud.ts";
import { eventually } from "./eventually.ts";
import {
  accountsAfter,
  accountsOf,
  deploySaga,
  LANGUAGES,
  type Language,
  type Row,
  type SagaApplication,
  type SagaOrder,
  stepsOf,
} from "./saga-application.ts";

/** Cold functions on a busy machine. */
const SETTLED_MS = 90_000;

interface Case {
  readonly name: string;
  readonly order?: Partial<SagaOrder>;
  readonly faults?: SagaOrder["faults"];
  /** The error after which the order is cancelled; none when it is confirmed. */
  readonly cancelledAfter?: string;
  readonly steps: readonly string[];
}

const DONE = ["CONFIRMATION DONE", "PAYMENT DONE", "SHIPMENT DONE", "STOCK DONE"];
const UNDONE = ["CONFIRMATION UNDONE", "PAYMENT UNDONE", "SHIPMENT UNDONE", "STOCK UNDONE"];
/** The steps, each with what is taken back when it fails. */
const STEPS = [
  ["ReserveStock", UNDONE.slice(3)],
  ["ChargePayment", [...UNDONE.slice(1, 2), ...UNDONE.slice(3)]],
  ["BookShipment", UNDONE.slice(1)],
  ["ConfirmOrder", UNDONE],
] as const;
const COMPENSATIONS = ["CancelOrder", "CancelShipment", "RefundPayment", "ReleaseStock"];

const CASES: readonly Case[] = [
  { name: "nothing fails", steps: DONE },
  ...STEPS.flatMap(([step, steps]): readonly Case[] => [
    {
      name: `${step} is refused`,
      faults: { [step]: "refuse" },
      cancelledAfter: "StepRefused",
      steps,
    },
    {
      name: `${step} is done, and no answer comes`,
      faults: { [step]: "lose-every-answer" },
      cancelledAfter: "AnswerLost",
      steps,
    },
    {
      name: `${step} is done, and the first answer is lost`,
      faults: { [step]: "lose-answer" },
      steps: DONE,
    },
  ]),
  ...COMPENSATIONS.map(
    (compensation): Case => ({
      name: `${compensation} has to be tried twice`,
      faults: { ConfirmOrder: "refuse", [compensation]: "lose-answer" },
      cancelledAfter: "StepRefused",
      steps: UNDONE,
    }),
  ),
  {
    name: "more is wanted than there is",
    order: { quantity: 1_000_000 },
    cancelledAfter: "StepRefused",
    steps: UNDONE.slice(3),
  },
  {
    name: "it costs more than the customer has",
    order: { totalCents: 100_000_000 },
    cancelledAfter: "StepRefused",
    steps: [...UNDONE.slice(1, 2), ...UNDONE.slice(3)],
  },
];

const directory = mkdtempSync(path.join(tmpdir(), "millrace-saga-"));
const executions = new Map<SagaOrder, string>();
let cloud: Cloud;
let saga: SagaApplication;

const orderOf = (language: Language, number: number): SagaOrder => ({
  orderId: `${language}-${number}`,
  customerId: "ada",
  sku: "TEA",
  quantity: 1 + number,
  totalCents: 100 + number,
  ...CASES[number]?.order,
  ...(CASES[number]?.faults && { faults: CASES[number].faults }),
});
const orders = LANGUAGES.map((language) => CASES.map((_, number) => orderOf(language, number)));

beforeAll(async () => {
  cloud = await createCloud({ directory, durability: "relaxed" });
  saga = await deploySaga(cloud);
  for (const [at, language] of LANGUAGES.entries()) {
    for (const order of orders[at] ?? []) {
      executions.set(order, await saga.start(language, order));
    }
  }
});

afterAll(async () => {
  await cloud.close();
  rmSync(directory, { recursive: true });
});

function ended(order: SagaOrder) {
  const executionArn = executions.get(order) ?? "";
  return eventually({ what: executionArn, withinMs: SETTLED_MS }, async () => {
    const execution = await saga.describe(executionArn);
    return execution.status === "RUNNING" ? undefined : execution;
  });
}

describe.each(LANGUAGES.map((language, at) => [language, orders[at] ?? []] as const))(
  "in %s",
  (_, own) => {
    test.each(CASES.map((one, number) => [one.name, one, number] as const))(
      "%s: every step is done, or taken back",
      async (__, { cancelledAfter, steps }, number) => {
        const order = own[number];
        if (order === undefined) {
          throw new Error("there is an order for each case");
        }
        const { orderId } = order;
        const { status, output, error, cause } = await ended(order);
        expect({ status, output, error, cause }).toEqual(
          cancelledAfter === undefined
            ? { status: "SUCCEEDED", output: JSON.stringify(orderId) }
            : {
                status: "FAILED",
                error: "OrderCancelled",
                cause: `${orderId} after ${cancelledAfter}`,
              },
        );
        expect(stepsOf(await saga.rows(), orderId)).toEqual(steps);
      },
    );
  },
);

test("the accounts hold what the confirmed orders moved, and nothing else", async () => {
  await Promise.all(orders.flat().map(ended));
  const confirmed = orders.flatMap((own) =>
    own.filter((_, number) => CASES[number]?.cancelledAfter === undefined),
  );
  const rows: readonly Row[] = await saga.rows();
  expect(accountsOf(rows)).toEqual(accountsAfter(confirmed));
});

test("an order that was placed before: refused, and nothing is taken back", async () => {
  const [first] = orders[0] ?? [];
  if (first === undefined) {
    throw new Error("there is a first order");
  }
  await ended(first);
  const executionArn = await saga.start("JSONata", first);
  const second = await eventually({ what: "the second", withinMs: SETTLED_MS }, async () => {
    const execution = await saga.describe(executionArn);
    return execution.status === "RUNNING" ? undefined : execution;
  });
  expect(second).toMatchObject({
    status: "FAILED",
    error: "DynamoDB.ConditionalCheckFailedException",
  });
  expect(stepsOf(await saga.rows(), first.orderId)).toEqual(DONE);
});
