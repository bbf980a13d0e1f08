/**
 * The engine is killed (`kill -9`) again and again while a table and a Kinesis stream are written to,
 * a function reads the streams of both, the stream's shards are split and merged, and a replica in
 * another region follows the table. Every acknowledged write reaches the function, each item's in
 * order, and the replica ends up with what the table has.
 */
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateStreamCommand,
  KinesisClient,
  PutRecordCommand,
  UpdateShardCountCommand,
} from "@aws-sdk/client-kinesis";
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { createSystemClock } from "../../src/platform/clock.ts";
import { createSeededRandom, type Random } from "../../src/platform/random.ts";
import { clientConfig } from "../client-config.ts";
import { zipOf } from "../conformance/engine.ts";
import { eventually } from "../examples/eventually.ts";
import { crashSite, drained } from "./crash-site.ts";
import { killsOr, SEED } from "./replay.ts";

const KILLS = killsOr(3);
const ITEMS = 5;
const WRITE_EVERY_MS = 15;
const KILL_EVERY_MS = 1_500;
const SETTLE_MS_MAX = 60_000;
/** Of a stream in a day. */
const RESHARDS_MAX = 10;
const TableName = "things";
const StreamName = "things";
const clock = createSystemClock();
const site = crashSite("streams");

/** Sends what it gets on to a queue, in order for each item, and now and then fails. */
const READER = `
let calls = 0;
export async function handler(event) {
  calls += 1;
  for (const { dynamodb, kinesis } of event.Records) {
    const text = kinesis === undefined
      ? dynamodb.Keys.id.S + ":" + dynamodb.NewImage.n.N
      : Buffer.from(kinesis.data, "base64").toString();
    const number = kinesis === undefined ? dynamodb.SequenceNumber : kinesis.sequenceNumber;
    const body = {
      QueueUrl: process.env.QUEUE_URL,
      MessageBody: text,
      MessageGroupId: text.split(":")[0],
      MessageDeduplicationId: number.slice(-60) + "-" + process.pid + "-" + calls,
    };
    const response = await fetch(process.env.AWS_ENDPOINT_URL, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AmazonSQS.SendMessage",
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
  }
  if (calls % 4 === 0) throw new Error("now and then");
}`;

function clientsOf(endpoint: string) {
  const config = { ...clientConfig(endpoint), maxAttempts: 1 };
  return {
    sqs: new SQSClient(config),
    dynamodb: new DynamoDBClient(config),
    kinesis: new KinesisClient(config),
    replica: new DynamoDBClient({ ...config, region: "eu-west-1" }),
    lambda: new LambdaClient(config),
  };
}

type Clients = ReturnType<typeof clientsOf>;

async function setUp({ sqs, dynamodb, kinesis, lambda }: Clients): Promise<string> {
  const { QueueUrl = "" } = await sqs.send(
    new CreateQueueCommand({ QueueName: "seen.fifo", Attributes: { FifoQueue: "true" } }),
  );
  const { TableDescription: table } = await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
  );
  const ReplicaUpdates = [{ Create: { RegionName: "eu-west-1" } }];
  await dynamodb.send(new UpdateTableCommand({ TableName, ReplicaUpdates }));
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: "reader",
      Role: "arn:aws:iam::000000000000:role/any",
      Runtime: "nodejs20.x",
      Handler: "index.handler",
      Code: { ZipFile: await zipOf("index.mjs", READER) },
      Environment: { Variables: { QUEUE_URL: QueueUrl } },
    }),
  );
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
  const streamArn = `arn:aws:kinesis:us-east-1:000000000000:stream/${StreamName}`;
  for (const [EventSourceArn, ParallelizationFactor] of [
    [table?.LatestStreamArn, 1],
    [streamArn, 2],
  ] as const) {
    await lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: "reader",
        EventSourceArn,
        StartingPosition: "LATEST",
        BatchSize: 10,
        BisectBatchOnFunctionError: true,
        ParallelizationFactor,
      }),
    );
  }
  return QueueUrl;
}

/** Answers are lost when the engine dies: what was not acknowledged is asked for again. */
async function untilAcknowledged(ask: () => Promise<unknown>): Promise<void> {
  const patience = { what: "a request to be acknowledged", withinMs: SETTLE_MS_MAX };
  await eventually(patience, () =>
    ask()
      .then(() => true)
      .catch(() => undefined),
  );
}

/** Writes until it is told to stop; a write that was not acknowledged is written again. */
async function write({ dynamodb, kinesis }: Clients, random: Random, stop: AbortSignal) {
  const written = new Map<string, number>();
  while (!stop.aborted) {
    const isItem = random.next() < 0.5;
    const id = `${isItem ? "item" : "record"}${Math.floor(random.next() * ITEMS)}`;
    const n = (written.get(id) ?? 0) + 1;
    const Item = { id: { S: id }, n: { N: String(n) } };
    const record = { StreamName, PartitionKey: id, Data: Buffer.from(`${id}:${n}`) };
    await untilAcknowledged(() =>
      isItem
        ? dynamodb.send(new PutItemCommand({ TableName, Item }))
        : kinesis.send(new PutRecordCommand(record)),
    );
    written.set(id, n);
    await clock.sleepUntil(clock.nowMs() + WRITE_EVERY_MS);
  }
  return written;
}

/** Adds what the queue holds: of each item the writes, in the order in which each was first seen. */
async function drain({ sqs }: Clients, QueueUrl: string, seen: Map<string, number[]>) {
  for (const { Body = "" } of await drained(sqs, QueueUrl)) {
    const [id = "", n] = Body.split(":");
    const known = seen.get(id) ?? [];
    if (!known.includes(Number(n))) {
      seen.set(id, [...known, Number(n)]);
    }
  }
}

async function contents(client: DynamoDBClient): Promise<readonly string[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  return Items.map(({ id, n }) => `${id?.S}:${n?.N}`).sort();
}

test(`kill -9, ${KILLS} times: streams lose nothing, and a replica follows`, {
  timeout: 2 * SETTLE_MS_MAX,
}, async () => {
  const { engine, random } = await site.begin(KILLS);
  const clients = clientsOf(engine.endpoint);
  const queueUrl = await setUp(clients);
  const stopping = new AbortController();
  const writing = write(clients, createSeededRandom(SEED + 1), stopping.signal);
  for (let kill = 0; kill < KILLS; kill += 1) {
    await clock.sleepUntil(clock.nowMs() + KILL_EVERY_MS / 2 + random.next() * KILL_EVERY_MS);
    if (kill < RESHARDS_MAX) {
      const reshard = { StreamName, TargetShardCount: 2 + ((kill + 1) % 2) };
      await clients.kinesis.send(
        new UpdateShardCountCommand({ ...reshard, ScalingType: "UNIFORM_SCALING" }),
      );
    }
    await engine.crash();
  }
  stopping.abort();
  const written = await writing;
  const seen = new Map<string, number[]>();
  await eventually({ what: "every write to be seen", withinMs: SETTLE_MS_MAX }, async () => {
    await drain(clients, queueUrl, seen);
    return [...written].every(([id, count]) => (seen.get(id)?.length ?? 0) >= count) || undefined;
  });
  for (const [id, count] of written) {
    const all = Array.from({ length: count }, (_, at) => at + 1);
    expect([id, seen.get(id)]).toEqual([id, all]);
  }
  await eventually({ what: "the replica to follow", withinMs: SETTLE_MS_MAX }, async () => {
    const [table, replica] = [await contents(clients.dynamodb), await contents(clients.replica)];
    return table.join() === replica.join() || undefined;
  });
});
