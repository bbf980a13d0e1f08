/** What messaging costs: queues, FIFO queues, topics and buses, and what a long backlog does to a queue. */

import autocannon from "autocannon";
import { anonymousMiB } from "./engine.ts";
import { callJson, jsonHeaders } from "./load.ts";
import type { RequestCase } from "./request-cases.ts";

const PAYLOAD = "x".repeat(200);
const BATCH = 10;
const FIFO_GROUPS = 1_000;
const RULES = 100;
const FORM = {
  "content-type": "application/x-www-form-urlencoded",
  authorization:
    "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=0",
};
const EVENTS = { ...jsonHeaders("events", ""), "content-type": "application/x-amz-json-1.1" };

let serial = 0;
const nextSerial = (): number => {
  serial += 1;
  return serial;
};

const batchOf = (QueueUrl: string): string =>
  JSON.stringify({
    QueueUrl,
    Entries: Array.from({ length: BATCH }, (_, id) => ({ Id: String(id), MessageBody: PAYLOAD })),
  });

async function createQueue(
  endpoint: string,
  QueueName: string,
  Attributes: Readonly<Record<string, string>> = {},
): Promise<string> {
  const input = { QueueName, Attributes };
  return (await callJson(endpoint, "sqs", "AmazonSQS.CreateQueue", input))["QueueUrl"] as string;
}

const arnOf = (service: string, name: string): string =>
  `arn:aws:${service}:us-east-1:000000000000:${name}`;

async function callForm(endpoint: string, fields: Readonly<Record<string, string>>): Promise<void> {
  const body = new URLSearchParams(fields).toString();
  const response = await fetch(endpoint, { method: "POST", headers: FORM, body });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${fields["Action"]}: ${response.status} ${text}`);
  }
}

export const MESSAGING_CASES: readonly RequestCase[] = [
  {
    name: "SQS SendMessage",
    aim: 0.5,
    async prepare(endpoint) {
      const QueueUrl = await createQueue(endpoint, "bench-messaging-send");
      return {
        url: endpoint,
        headers: jsonHeaders("sqs", "AmazonSQS.SendMessage"),
        body: JSON.stringify({ QueueUrl, MessageBody: PAYLOAD }),
      };
    },
  },
  {
    name: "SQS SendMessage to a fair queue, 1,000 groups",
    async prepare(endpoint) {
      const QueueUrl = await createQueue(endpoint, "bench-messaging-fair");
      return {
        url: endpoint,
        headers: jsonHeaders("sqs", "AmazonSQS.SendMessage"),
        body: () =>
          JSON.stringify({
            QueueUrl,
            MessageBody: PAYLOAD,
            MessageGroupId: `g${nextSerial() % FIFO_GROUPS}`,
          }),
      };
    },
  },
  {
    name: `SQS SendMessageBatch of ${BATCH}`,
    async prepare(endpoint) {
      const QueueUrl = await createQueue(endpoint, "bench-messaging-batch");
      return {
        url: endpoint,
        headers: jsonHeaders("sqs", "AmazonSQS.SendMessageBatch"),
        body: batchOf(QueueUrl),
      };
    },
  },
  {
    name: "SQS SendMessage to FIFO, 1,000 groups",
    async prepare(endpoint) {
      const QueueUrl = await createQueue(endpoint, "bench-messaging.fifo", { FifoQueue: "true" });
      return {
        url: endpoint,
        headers: jsonHeaders("sqs", "AmazonSQS.SendMessage"),
        body: () => {
          const number = nextSerial();
          return JSON.stringify({
            QueueUrl,
            MessageBody: PAYLOAD,
            MessageGroupId: `g${number % FIFO_GROUPS}`,
            MessageDeduplicationId: `d${number}`,
          });
        },
      };
    },
  },
  {
    name: "SNS Publish to 3 queues",
    async prepare(endpoint) {
      const TopicArn = arnOf("sns", "bench-messaging");
      await callForm(endpoint, { Action: "CreateTopic", Name: "bench-messaging" });
      for (const name of ["bench-fan-1", "bench-fan-2", "bench-fan-3"]) {
        await createQueue(endpoint, name);
        const subscription = { TopicArn, Protocol: "sqs", Endpoint: arnOf("sqs", name) };
        await callForm(endpoint, { Action: "Subscribe", ...subscription });
      }
      const fields = { Action: "Publish", TopicArn, Message: PAYLOAD };
      return { url: endpoint, headers: FORM, body: new URLSearchParams(fields).toString() };
    },
  },
  {
    name: `PutEvents of ${BATCH}, ${RULES} rules`,
    async prepare(endpoint) {
      await createQueue(endpoint, "bench-bus");
      for (let rule = 0; rule < RULES; rule += 1) {
        const Name = `bench-${rule}`;
        const EventPattern = JSON.stringify({ source: ["bench"], detail: { kind: [`k${rule}`] } });
        await callJson(endpoint, "events", "AWSEvents.PutRule", { Name, EventPattern });
        const Targets = [{ Id: "queue", Arn: arnOf("sqs", "bench-bus") }];
        await callJson(endpoint, "events", "AWSEvents.PutTargets", { Rule: Name, Targets });
      }
      const Detail = JSON.stringify({ kind: "k42", padding: PAYLOAD });
      const Entries = Array.from({ length: BATCH }, () => ({
        Source: "bench",
        DetailType: "made",
        Detail,
      }));
      const headers = { ...EVENTS, "x-amz-target": "AWSEvents.PutEvents" };
      return { url: endpoint, headers, body: JSON.stringify({ Entries }) };
    },
  },
];

export interface ReceiveFigures {
  /** A receive of one message and its delete. */
  readonly pairsPerSecond: number;
  readonly failures: number;
}

/** More than a run can take away. */
const RECEIVED_PER_SECOND_MAX = 12_000;

/** Receives and deletes one message at a time from a queue that is full enough. */
export async function measureReceives(
  endpoint: string,
  options: { readonly connections: number; readonly seconds: number },
): Promise<ReceiveFigures> {
  const { connections, seconds } = options;
  const QueueUrl = await createQueue(endpoint, `bench-receive-${nextSerial()}`);
  await fill(endpoint, QueueUrl, RECEIVED_PER_SECOND_MAX * seconds);
  const result = await autocannon({
    url: endpoint,
    connections,
    duration: seconds,
    requests: [
      {
        method: "POST",
        headers: jsonHeaders("sqs", "AmazonSQS.ReceiveMessage"),
        body: JSON.stringify({ QueueUrl }),
        onResponse(_status, body, context) {
          const { Messages } = JSON.parse(body) as {
            readonly Messages?: readonly { readonly ReceiptHandle: string }[];
          };
          Object.assign(context, { ReceiptHandle: Messages?.[0]?.ReceiptHandle });
        },
      },
      {
        method: "POST",
        headers: jsonHeaders("sqs", "AmazonSQS.DeleteMessage"),
        setupRequest(request, context) {
          const { ReceiptHandle } = context as { readonly ReceiptHandle?: string };
          return { ...request, body: JSON.stringify({ QueueUrl, ReceiptHandle }) };
        },
      },
    ],
  });
  return {
    pairsPerSecond: result.requests.average / 2,
    failures: result.non2xx + result.errors,
  };
}

const FILLERS = 64;

/** Fills a queue with so many messages. */
async function fill(endpoint: string, QueueUrl: string, messages: number): Promise<void> {
  const amount = Math.ceil(messages / BATCH);
  await autocannon({
    url: endpoint,
    method: "POST",
    headers: jsonHeaders("sqs", "AmazonSQS.SendMessageBatch"),
    body: batchOf(QueueUrl),
    connections: Math.min(FILLERS, amount),
    amount,
  });
}

export interface BacklogFigures {
  readonly messages: number;
  readonly receiveP50Ms: number;
  readonly receiveP99Ms: number;
  readonly attributesMs: number;
  /** What the process keeps for itself: pages of the data file are the system's. */
  readonly anonymousMiB: number;
}

const RECEIVES = 300;

/** What a receive of ten and a count cost as the backlog of a queue grows. */
export async function measureBacklog(
  running: { readonly endpoint: string; readonly pid: number },
  sizes: readonly number[],
): Promise<readonly BacklogFigures[]> {
  const { endpoint, pid } = running;
  const QueueUrl = await createQueue(endpoint, "bench-backlog", { VisibilityTimeout: "600" });
  const figures: BacklogFigures[] = [];
  let filled = 0;
  for (const messages of sizes) {
    await fill(endpoint, QueueUrl, messages - filled);
    filled = messages;
    const times: number[] = [];
    for (let at = 0; at < RECEIVES; at += 1) {
      const started = performance.now();
      const input = { QueueUrl, MaxNumberOfMessages: BATCH };
      await callJson(endpoint, "sqs", "AmazonSQS.ReceiveMessage", input);
      times.push(performance.now() - started);
    }
    times.sort((a, b) => a - b);
    const started = performance.now();
    const input = { QueueUrl, AttributeNames: ["All"] };
    await callJson(endpoint, "sqs", "AmazonSQS.GetQueueAttributes", input);
    figures.push({
      messages,
      receiveP50Ms: times[Math.floor(RECEIVES * 0.5)] ?? Number.NaN,
      receiveP99Ms: times[Math.floor(RECEIVES * 0.99)] ?? Number.NaN,
      attributesMs: performance.now() - started,
      anonymousMiB: anonymousMiB(pid),
    });
  }
  return figures;
}
