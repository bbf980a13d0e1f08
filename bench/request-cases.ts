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

async function queueUrl(endpoint: string, name: string): Promise<string> {
  const { QueueUrl } = await callJson(endpoint, "sqs", "AmazonSQS.CreateQueue", {
    QueueName: name,
  });
  return QueueUrl as string;
}

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
];
