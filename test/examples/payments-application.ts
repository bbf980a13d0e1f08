/**
 * `examples/payments` in a running engine: payments over HTTP, and everything else through AWS's own
 * clients.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { CloudFormationClient, ListStackResourcesCommand } from "@aws-sdk/client-cloudformation";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import type { Dispatcher } from "../../src/outbox/dispatcher.ts";
import { clientConfig } from "../client-config.ts";
import { deployed, type OutputOf } from "./deployed.ts";

const TEMPLATE = path.resolve(
  fileURLToPath(import.meta.url),
  "../../../examples/payments/template.yaml",
);
const STACK = "payments";

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface PaymentsApplication {
  /** By the HTTP API, or by the function's own URL. */
  pay(payment: unknown, options?: { readonly key?: string; readonly by?: "url" }): Promise<Answer>;
  find(id: string): Promise<Answer>;
  totalsOf(merchant: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** The amounts on a merchant's receipts, in the order in which they were written. */
  receiptsOf(merchant: string): Promise<readonly number[]>;
  setFee(percent: number): Promise<void>;
  /** What the stream's mapping gave up, as far as it can be received now. */
  failures(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** The lines in JSON that a function wrote, by its logical id. */
  logOf(functionId: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** Builds and deploys as `millrace dev` does. */
export async function deployPayments(options: {
  readonly endpoint: string;
  readonly dispatcher: Dispatcher;
  readonly parameters: Readonly<Record<string, string>>;
}): Promise<PaymentsApplication> {
  const { endpoint, dispatcher, parameters } = options;
  const output = await deployed({
    dispatcher,
    templatePath: TEMPLATE,
    stackName: STACK,
    parameters,
  });
  return connect(endpoint, output);
}

function connect(endpoint: string, output: OutputOf): PaymentsApplication {
  const config = clientConfig(endpoint);
  const sqs = new SQSClient(config);
  const table = DynamoDBDocumentClient.from(new DynamoDBClient(config));
  const hostOf = (name: string): string => new URL(output(name)).hostname.split(".")[0] ?? "";
  const api = `${endpoint}/_api/${hostOf("ApiUrl")}`;
  const url = `${endpoint}/_url/${hostOf("FunctionUrl")}`;
  const entryOf = async (merchant: string, entry: string) =>
    (
      await table.send(
        new GetCommand({
          TableName: output("TotalsTableName"),
          Key: { merchant, entry },
          ConsistentRead: true,
        }),
      )
    ).Item;
  return {
    async pay(payment, { key, by } = {}) {
      const response = await fetch(`${by === "url" ? url : api}/payments`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(key === undefined ? {} : { "idempotency-key": key }),
        },
        body: JSON.stringify(payment),
      });
      return answerOf(response);
    },
    find: async (id) => answerOf(await fetch(`${api}/payments/${id}`)),
    async totalsOf(merchant) {
      const item = await entryOf(merchant, "TOTALS");
      const { merchant: _, entry, ...totals } = item ?? {};
      return item && totals;
    },
    receiptsOf: async (merchant) => (await entryOf(merchant, "RECEIPTS"))?.["receipts"] ?? [],
    async setFee(percent) {
      await new SSMClient(config).send(
        new PutParameterCommand({
          Name: output("FeeParameterName"),
          Value: String(percent),
          Overwrite: true,
        }),
      );
    },
    async failures() {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: output("FailuresQueueUrl"),
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 0,
        }),
      );
      return Messages.map(({ Body = "" }) => JSON.parse(Body));
    },
    logOf: (functionId) => linesOf(config, functionId),
  };
}

async function answerOf(response: Response): Promise<Answer> {
  const body = (await response.json()) as Answer["body"];
  return { status: response.status, body };
}

async function linesOf(
  config: ConstructorParameters<typeof CloudWatchLogsClient>[0] & object,
  functionId: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { StackResourceSummaries: resources = [] } = await new CloudFormationClient(config).send(
    new ListStackResourcesCommand({ StackName: STACK }),
  );
  const name = resources.find((item) => item.LogicalResourceId === functionId)?.PhysicalResourceId;
  const logs = new CloudWatchLogsClient(config);
  const { events = [] } = await logs.send(
    new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}` }),
  );
  return events.map(({ message = "" }) => JSON.parse(message));
}
