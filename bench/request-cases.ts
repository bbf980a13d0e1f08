/** What a request costs: each case is one operation at a number of connections. */
import { callJson, jsonHeaders } from "./load.ts";

export interface RequestCase {
  readonly name: string;
  /** The ratio to the floor that is aimed at, at 32 connections. */
  readonly aim?: number;
  prepare(endpoint: string): Promise<PreparedLoad>;
}

export interface PreparedLoad {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | (() => string);
}

const PAYLOAD = "x".repeat(200);
const QUERY_ITEMS = 20;

let serial = 0;
const nextSerial = (): string => {
  serial += 1;
  return serial.toString(36);
};

async function queueUrl(endpoint: string, name: string): Promise<string> {
  const { QueueUrl } = await callJson(endpoint, "sqs", "AmazonSQS.CreateQueue", {
    QueueName: name,
  });
  return QueueUrl as string;
}

const TABLE = "DynamoDB_20120810";

async function tableOf(endpoint: string, name: string): Promise<void> {
  await callJson(endpoint, "dynamodb", `${TABLE}.CreateTable`, {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: "S" },
    ],
  });
}

const item = (pk: string, sk: string) => ({
  pk: { S: pk },
  sk: { S: sk },
  name: { S: PAYLOAD },
  count: { N: "42" },
});

export const REQUEST_CASES: readonly RequestCase[] = [
  {
    name: "SQS SendMessage",
    aim: 0.5,
    async prepare(endpoint) {
      const QueueUrl = await queueUrl(endpoint, "bench-send");
      return {
        url: endpoint,
        headers: jsonHeaders("sqs", "AmazonSQS.SendMessage"),
        body: JSON.stringify({ QueueUrl, MessageBody: PAYLOAD }),
      };
    },
  },
  {
    name: "DynamoDB PutItem",
    aim: 0.5,
    async prepare(endpoint) {
      await tableOf(endpoint, "bench-put");
      return {
        url: endpoint,
        headers: jsonHeaders("dynamodb", `${TABLE}.PutItem`),
        body: () => JSON.stringify({ TableName: "bench-put", Item: item(nextSerial(), "a") }),
      };
    },
  },
  {
    name: "DynamoDB GetItem",
    aim: 0.6,
    async prepare(endpoint) {
      await tableOf(endpoint, "bench-get");
      await callJson(endpoint, "dynamodb", `${TABLE}.PutItem`, {
        TableName: "bench-get",
        Item: item("p", "s"),
      });
      return {
        url: endpoint,
        headers: jsonHeaders("dynamodb", `${TABLE}.GetItem`),
        body: JSON.stringify({ TableName: "bench-get", Key: { pk: { S: "p" }, sk: { S: "s" } } }),
      };
    },
  },
  {
    name: `DynamoDB Query of ${QUERY_ITEMS}`,
    aim: 0.3,
    async prepare(endpoint) {
      await tableOf(endpoint, "bench-query");
      for (let index = 0; index < QUERY_ITEMS; index += 1) {
        await callJson(endpoint, "dynamodb", `${TABLE}.PutItem`, {
          TableName: "bench-query",
          Item: item("p", String(index).padStart(4, "0")),
        });
      }
      return {
        url: endpoint,
        headers: jsonHeaders("dynamodb", `${TABLE}.Query`),
        body: JSON.stringify({
          TableName: "bench-query",
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": { S: "p" } },
        }),
      };
    },
  },
];
