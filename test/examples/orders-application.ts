/**
 * `examples/orders` in a running engine, as its users have it: orders over HTTP, and everything
 * else through AWS's own clients.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { CloudFormationClient, ListStackResourcesCommand } from "@aws-sdk/client-cloudformation";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import type { Dispatcher } from "../../src/outbox/dispatcher.ts";
import { clientConfig } from "../client-config.ts";
import { deployed, type OutputOf } from "./deployed.ts";

const TEMPLATE = path.resolve(
  fileURLToPath(import.meta.url),
  "../../../examples/orders/template.yaml",
);
const STACK = "orders";
const BATCH_MAX = 10;

export interface OrderLine {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPriceCents: number;
}

export interface NewOrder {
  readonly customerId: string;
  readonly lines: readonly OrderLine[];
}

export interface PlacedOrder extends NewOrder {
  readonly orderId: string;
  readonly status: string;
  readonly totalCents: number;
  readonly text?: string;
}

export interface Totals {
  readonly orderCount: number;
  readonly totalCents: number;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface OrdersApplication {
  place(body: unknown, idempotencyKey?: string): Promise<Answer>;
  find(orderId: string): Promise<PlacedOrder | undefined>;
  totalsOf(customerId: string): Promise<Totals | undefined>;
  /** Takes what can be received from a queue now, each message once. */
  take(queue: "DeadLetterQueue" | "BigOrdersQueue"): Promise<readonly Message[]>;
  /** Orders in the queue, those that are being processed included. */
  waiting(): Promise<number>;
  /** What a function wrote, by its logical id, as far as CloudWatch Logs has it. */
  logOf(functionId: string): Promise<readonly string[]>;
}

export interface DeployOrdersOptions {
  readonly endpoint: string;
  readonly dispatcher: Dispatcher;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Builds and deploys as `millrace dev` does. */
export async function deployOrders(options: DeployOrdersOptions): Promise<OrdersApplication> {
  const { endpoint, dispatcher, parameters } = options;
  const output = await deployed({
    dispatcher,
    templatePath: TEMPLATE,
    stackName: STACK,
    parameters,
  });
  return connect(endpoint, output);
}

function connect(endpoint: string, output: OutputOf): OrdersApplication {
  const config = clientConfig(endpoint);
  const sqs = new SQSClient(config);
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  const [apiId] = new URL(output("ApiUrl")).hostname.split(".");
  const orders = `${endpoint}/_api/${apiId}/orders`;
  return {
    async place(body, idempotencyKey) {
      const response = await fetch(orders, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
        },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    },
    async find(orderId) {
      const response = await fetch(`${orders}/${orderId}`);
      const body = await response.json();
      if (response.status === 404) {
        return undefined;
      }
      if (response.status !== 200) {
        throw new Error(`GET /orders/${orderId}: ${response.status} ${JSON.stringify(body)}`);
      }
      return body as PlacedOrder;
    },
    async totalsOf(customerId) {
      const { Item } = await table.send(
        new GetCommand({
          TableName: output("OrdersTableName"),
          Key: { pk: `CUSTOMER#${customerId}`, sk: "TOTALS" },
          ConsistentRead: true,
        }),
      );
      return Item && { orderCount: Item["orderCount"], totalCents: Item["totalCents"] };
    },
    take: (queue) => takeAll(sqs, output(`${queue}Url`)),
    async waiting() {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: output("OrdersQueueUrl"),
          AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        }),
      );
      return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
    },
    logOf: (functionId) => linesOf(config, functionId),
  };
}

async function takeAll(sqs: SQSClient, QueueUrl: string): Promise<readonly Message[]> {
  const taken: Message[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: BATCH_MAX,
        MessageSystemAttributeNames: ["All"],
      }),
    );
    if (Messages.length === 0) {
      return taken;
    }
    await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle })),
      }),
    );
    taken.push(...Messages);
  }
}

async function linesOf(
  config: ConstructorParameters<typeof CloudWatchLogsClient>[0] & object,
  functionId: string,
): Promise<readonly string[]> {
  const stacks = new CloudFormationClient(config);
  const { StackResourceSummaries: resources = [] } = await stacks.send(
    new ListStackResourcesCommand({ StackName: STACK }),
  );
  const name = resources.find((item) => item.LogicalResourceId === functionId)?.PhysicalResourceId;
  const logs = new CloudWatchLogsClient(config);
  const lines: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.send(
      new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}`, nextToken }),
    );
    lines.push(...(page.events ?? []).map(({ message = "" }) => message));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return lines;
}
