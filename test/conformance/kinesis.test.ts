import {
  CreateStreamCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  MergeShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  paginateListStreams,
  RegisterStreamConsumerCommand,
  ResourceNotFoundException,
  SubscribeToShardCommand,
  waitUntilStreamExists,
} from "@aws-sdk/client-kinesis";
import { afterAll, expect, test } from "vitest";
import { ACCOUNT, pagesOf, REGION, startEngine } from "./engine.ts";

const engine = await startEngine();
const kinesis = new KinesisClient(engine.config);
afterAll(() => kinesis.destroy());

const FIRST = "shardId-000000000000";

async function createStream(StreamName: string, ShardCount = 1): Promise<string> {
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount }));
  await waitUntilStreamExists({ client: kinesis, maxWaitTime: 20 }, { StreamName });
  return `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${StreamName}`;
}

const put = (StreamName: string, text: string) =>
  kinesis.send(
    new PutRecordCommand({ StreamName, PartitionKey: "a", Data: new TextEncoder().encode(text) }),
  );

test("kinesis: records go in and come out over HTTP/2", async () => {
  await createStream("records", 2);
  await kinesis.send(
    new PutRecordsCommand({
      StreamName: "records",
      Records: ["1", "2"].map((text) => ({ PartitionKey: "a", Data: Buffer.from(text) })),
    }),
  );
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({
      StreamName: "records",
      ShardId: FIRST,
      ShardIteratorType: "TRIM_HORIZON",
    }),
  );
  const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
  expect(Records.map(({ Data }) => Buffer.from(Data ?? []).toString())).toEqual(["1", "2"]);
  expect(Records[0]?.ApproximateArrivalTimestamp).toBeInstanceOf(Date);
});

test("kinesis: pages and errors are those the client knows", async () => {
  await createStream("page-a");
  await createStream("page-b");
  const pages = await pagesOf(paginateListStreams({ client: kinesis, pageSize: 1 }, {}));
  const names = pages.flatMap(({ StreamNames }) => StreamNames ?? []);
  expect(names).toEqual(expect.arrayContaining(["page-a", "page-b"]));
  expect(pages.length).toBe(names.length);
  const missing = new DescribeStreamSummaryCommand({ StreamName: "nobody" });
  await expect(kinesis.send(missing)).rejects.toBeInstanceOf(ResourceNotFoundException);
});

test("kinesis: enhanced fan-out brings records as they come, until the shard ends", async () => {
  const StreamARN = await createStream("fan-out", 2);
  const { Consumer } = await kinesis.send(
    new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "c" }),
  );
  const ConsumerARN = Consumer?.ConsumerARN;
  const { ConsumerDescription } = await kinesis.send(
    new DescribeStreamConsumerCommand({ ConsumerARN }),
  );
  expect(ConsumerDescription?.ConsumerStatus).toBe("ACTIVE");
  await put("fan-out", "before");
  const { EventStream } = await kinesis.send(
    new SubscribeToShardCommand({
      ConsumerARN,
      ShardId: FIRST,
      StartingPosition: { Type: "TRIM_HORIZON" },
    }),
  );
  const texts: string[] = [];
  let children: readonly (string | undefined)[] = [];
  for await (const { SubscribeToShardEvent: event } of EventStream ?? []) {
    for (const { Data } of event?.Records ?? []) {
      texts.push(Buffer.from(Data ?? []).toString());
    }
    if (texts.length === 1) {
      await put("fan-out", "after");
    }
    if (texts.length === 2 && event?.ChildShards === undefined) {
      await kinesis.send(
        new MergeShardsCommand({
          StreamName: "fan-out",
          ShardToMerge: FIRST,
          AdjacentShardToMerge: "shardId-000000000001",
        }),
      );
    }
    children = (event?.ChildShards ?? []).map(({ ShardId }) => ShardId);
  }
  expect(texts).toEqual(["before", "after"]);
  expect(children).toEqual(["shardId-000000000002"]);
});

test("kinesis: a subscription that fails says so in its stream", async () => {
  const StreamARN = await createStream("failing");
  const { Consumer } = await kinesis.send(
    new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "c" }),
  );
  const wrong = new SubscribeToShardCommand({
    ConsumerARN: Consumer?.ConsumerARN,
    ShardId: "shardId-000000000009",
    StartingPosition: { Type: "LATEST" },
  });
  await expect(kinesis.send(wrong)).rejects.toBeInstanceOf(ResourceNotFoundException);
});
