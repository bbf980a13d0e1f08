/** What Kinesis streams cost: putting records one by one and in batches, and reading a shard. */
import { callJson, jsonHeaders } from "./load.ts";
import type { RequestCase } from "./request-cases.ts";

const DATA = Buffer.from("x".repeat(200)).toString("base64");
const BATCH = 100;
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
    name: "Kinesis GetRecords of 100",
    async prepare(endpoint) {
      const StreamName = await createStream(endpoint, "bench-get", 1);
      await call(endpoint, "PutRecords", { StreamName, Records: records(BATCH) });
      const ShardIterator = await iteratorOf(endpoint, StreamName, 0);
      return {
        url: endpoint,
        headers: headers("GetRecords"),
        body: JSON.stringify({ ShardIterator, Limit: BATCH }),
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
