/**
 * What Kinesis streams cost: putting records one by one and in batches, reading a shard, and getting
 * records to a function.
 */
import { deployStack } from "./function-cases.ts";
import { callJson, jsonHeaders } from "./load.ts";
import type { RequestCase } from "./request-cases.ts";

const DATA = Buffer.from("x".repeat(200)).toString("base64");
const BATCH = 500;
/** Of a read. */
const PAGE = 100;
const SHARDS = 4;
const DRAIN_RECORDS = 10_000;
const DRAIN_BATCH = 500;

const headers = (operation: string): Readonly<Record<string, string>> => ({
  ...jsonHeaders("kinesis", `Kinesis_20131202.${operation}`),
  "content-type": "application/x-amz-json-1.1",
});

const call = (
  endpoint: string,
  operation: string,
  input: object,
): Promise<Record<string, unknown>> =>
  callJson(endpoint, "kinesis", `Kinesis_20131202.${operation}`, input);

let serial = 0;
const nextKey = (): string => {
  serial += 1;
  return `key${serial}`;
};

const records = (count: number): readonly object[] =>
  Array.from({ length: count }, () => ({ Data: DATA, PartitionKey: nextKey() }));

async function createStream(
  endpoint: string,
  StreamName: string,
  ShardCount: number,
): Promise<string> {
  await call(endpoint, "CreateStream", { StreamName, ShardCount });
  return StreamName;
}

export const KINESIS_CASES: readonly RequestCase[] = [
  {
    name: "Kinesis PutRecord",
    aim: 0.5,
    async prepare(endpoint) {
      const StreamName = await createStream(endpoint, "bench-put", SHARDS);
      return {
        url: endpoint,
        headers: headers("PutRecord"),
        body: () => JSON.stringify({ StreamName, Data: DATA, PartitionKey: nextKey() }),
      };
    },
  },
  {
    name: `Kinesis PutRecords of ${BATCH}`,
    async prepare(endpoint) {
      const StreamName = await createStream(endpoint, "bench-put-batch", SHARDS);
      const body = JSON.stringify({ StreamName, Records: records(BATCH) });
      return { url: endpoint, headers: headers("PutRecords"), body };
    },
  },
  {
    name: `Kinesis GetRecords of ${PAGE}`,
    async prepare(endpoint) {
      const StreamName = await createStream(endpoint, "bench-get", 1);
      await call(endpoint, "PutRecords", { StreamName, Records: records(PAGE) });
      const ShardIterator = await iteratorOf(endpoint, StreamName, 0);
      return {
        url: endpoint,
        headers: headers("GetRecords"),
        body: JSON.stringify({ ShardIterator, Limit: PAGE }),
      };
    },
  },
];

async function iteratorOf(endpoint: string, StreamName: string, shard: number): Promise<string> {
  const { ShardIterator } = await call(endpoint, "GetShardIterator", {
    StreamName,
    ShardId: `shardId-${String(shard).padStart(12, "0")}`,
    ShardIteratorType: "TRIM_HORIZON",
  });
  return String(ShardIterator);
}

export interface DrainFigures {
  readonly putsPerSecond: number;
  readonly getsPerSecond: number;
}

/** 10,000 records into a stream of four shards, and out of it, shard by shard. */
export async function measureKinesisDrain(endpoint: string): Promise<DrainFigures> {
  const StreamName = await createStream(endpoint, "bench-drain-stream", SHARDS);
  const putStarted = performance.now();
  for (let sent = 0; sent < DRAIN_RECORDS; sent += DRAIN_BATCH) {
    await call(endpoint, "PutRecords", { StreamName, Records: records(DRAIN_BATCH) });
  }
  const getStarted = performance.now();
  let read = 0;
  for (let shard = 0; shard < SHARDS; shard += 1) {
    let iterator = await iteratorOf(endpoint, StreamName, shard);
    for (let behind = 1; behind > 0; ) {
      const page = await call(endpoint, "GetRecords", { ShardIterator: iterator, Limit: 1_000 });
      read += (page["Records"] as readonly unknown[]).length;
      iterator = String(page["NextShardIterator"]);
      behind = Number(page["MillisBehindLatest"]);
    }
  }
  if (read !== DRAIN_RECORDS) {
    throw new Error(`${read} records came out of ${DRAIN_RECORDS}`);
  }
  const ended = performance.now();
  return {
    putsPerSecond: DRAIN_RECORDS / ((getStarted - putStarted) / 1000),
    getsPerSecond: DRAIN_RECORDS / ((ended - getStarted) / 1000),
  };
}

/** Tells a queue of each last record of a shard that it gets. */
const READER = `
exports.handler = async ({ Records }) => {
  for (const { kinesis } of Records) {
    if (kinesis.partitionKey !== "last") continue;
    await fetch(process.env.AWS_ENDPOINT_URL, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AmazonSQS.SendMessage",
      },
      body: JSON.stringify({ QueueUrl: process.env.QUEUE_URL, MessageBody: "last" }),
    });
  }
};`;

const MAPPED = {
  AWSTemplateFormatVersion: "2010-09-09",
  Transform: "AWS::Serverless-2016-10-31",
  Resources: {
    Seen: { Type: "AWS::SQS::Queue", Properties: { QueueName: "bench-seen" } },
    Stream: {
      Type: "AWS::Kinesis::Stream",
      Properties: { Name: "bench-mapped", ShardCount: SHARDS },
    },
    Reader: {
      Type: "AWS::Serverless::Function",
      Properties: {
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        InlineCode: READER,
        Environment: { Variables: { QUEUE_URL: { Ref: "Seen" } } },
        Events: {
          Stream: {
            Type: "Kinesis",
            Properties: {
              Stream: { "Fn::GetAtt": ["Stream", "Arn"] },
              StartingPosition: "TRIM_HORIZON",
            },
          },
        },
      },
    },
  },
};

/** Records a second from the first put on, through a mapping, in batches of 100, to a function. */
export async function measureKinesisMapping(endpoint: string): Promise<number> {
  await deployStack(endpoint, "bench-mapped", MAPPED);
  const queue = { QueueName: "bench-seen" };
  const { QueueUrl } = await callJson(endpoint, "sqs", "AmazonSQS.GetQueueUrl", queue);
  const started = performance.now();
  for (let sent = 0; sent < DRAIN_RECORDS; sent += DRAIN_BATCH) {
    await call(endpoint, "PutRecords", {
      StreamName: "bench-mapped",
      Records: records(DRAIN_BATCH),
    });
  }
  for (let shard = 0n; shard < SHARDS; shard += 1n) {
    const ExplicitHashKey = String((2n ** 128n / BigInt(SHARDS)) * shard);
    const last = { StreamName: "bench-mapped", Data: DATA, PartitionKey: "last", ExplicitHashKey };
    await call(endpoint, "PutRecord", last);
  }
  for (let seen = 0; seen < SHARDS; ) {
    const { Messages = [] } = await callJson(endpoint, "sqs", "AmazonSQS.ReceiveMessage", {
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 20,
    });
    seen += (Messages as readonly unknown[]).length;
  }
  return DRAIN_RECORDS / ((performance.now() - started) / 1000);
}
