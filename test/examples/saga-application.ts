/** `examples/saga` in a running engine: its state machines, and its books, through AWS's clients. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { DynamoDBDocumentClient, PutCommand, paginateScan } from "@aws-sdk/lib-dynamodb";
import type { Dispatcher } from "../../src/outbox/dispatcher.ts";
import { clientConfig } from "../client-config.ts";
import { deployed } from "./deployed.ts";

const TEMPLATE = path.resolve(
  fileURLToPath(import.meta.url),
  "../../../examples/saga/template.yaml",
);

export const LANGUAGES = ["JSONPath", "JSONata"] as const;
export type Language = (typeof LANGUAGES)[number];

export interface SagaOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly totalCents: number;
  readonly faults?: Readonly<Record<string, string>>;
}

/** What the accounts hold before the first order. */
export const OPENING = { onHand: 5_000, balanceCents: 1_000_000, places: 1_000 };

/** A row of the table. */
export type Row = Readonly<Record<string, unknown>>;

export interface SagaApplication {
  /** An order is one execution: started again under its name, it is the same. */
  start(language: Language, order: SagaOrder): Promise<string>;
  describe(executionArn: string): Promise<DescribeExecutionCommandOutput>;
  rows(): Promise<readonly Row[]>;
}

export interface DeploySagaOptions {
  readonly endpoint: string;
  readonly dispatcher: Dispatcher;
}

/** Deploys, and opens the accounts of the SKU `TEA` and the customer `ada`. */
export async function deploySaga(options: DeploySagaOptions): Promise<SagaApplication> {
  const { endpoint, dispatcher } = options;
  const output = await deployed({ dispatcher, templatePath: TEMPLATE, stackName: "saga" });
  const TableName = output("BooksTableName");
  const config = clientConfig(endpoint);
  const sfn = new SFNClient(config);
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  const { onHand, balanceCents, places } = OPENING;
  for (const account of [
    { pk: "STOCK#TEA", onHand, reserved: 0 },
    { pk: "CUSTOMER#ada", balanceCents },
    { pk: "CARRIER", places, parcels: 0 },
    { pk: "SHOP", takingsCents: 0, orders: 0, orderedCents: 0 },
  ]) {
    await table.send(new PutCommand({ TableName, Item: { ...account, sk: "ACCOUNT" } }));
  }
  const machines = { JSONPath: "OrderSagaArn", JSONata: "OrderSagaJsonataArn" };
  return {
    async start(language, order) {
      const { executionArn = "" } = await sfn.send(
        new StartExecutionCommand({
          stateMachineArn: output(machines[language]),
          name: order.orderId,
          input: JSON.stringify(order),
        }),
      );
      return executionArn;
    },
    describe: (executionArn) => sfn.send(new DescribeExecutionCommand({ executionArn })),
    async rows() {
      const rows: Row[] = [];
      for await (const page of paginateScan(
        { client: table },
        { TableName, ConsistentRead: true },
      )) {
        rows.push(...(page.Items ?? []));
      }
      return rows;
    },
  };
}

/** What the accounts hold when nothing was done but these orders. */
export function accountsAfter(confirmed: readonly SagaOrder[]): readonly Row[] {
  const sum = (of: (order: SagaOrder) => number): number =>
    confirmed.reduce((total, order) => total + of(order), 0);
  const cents = sum(({ totalCents }) => totalCents);
  const pieces = sum(({ quantity }) => quantity);
  const { length: orders } = confirmed;
  const { onHand, balanceCents, places } = OPENING;
  return [
    { pk: "CARRIER", sk: "ACCOUNT", places: places - orders, parcels: orders },
    { pk: "CUSTOMER#ada", sk: "ACCOUNT", balanceCents: balanceCents - cents },
    { pk: "SHOP", sk: "ACCOUNT", takingsCents: cents, orders, orderedCents: cents },
    { pk: "STOCK#TEA", sk: "ACCOUNT", onHand: onHand - pieces, reserved: pieces },
  ];
}

/** The accounts among the rows, in the order of their names. */
export function accountsOf(rows: readonly Row[]): readonly Row[] {
  const accounts = rows.filter(({ sk }) => sk === "ACCOUNT");
  return accounts.sort((a, b) => (String(a["pk"]) < String(b["pk"]) ? -1 : 1));
}

/** The steps of an order with what became of them, as `STOCK DONE`, in alphabetical order. */
export function stepsOf(rows: readonly Row[], orderId: string): readonly string[] {
  return rows
    .filter(({ pk, status }) => pk === `ORDER#${orderId}` && status !== undefined)
    .map(({ sk, status }) => `${sk} ${status}`)
    .sort();
}
