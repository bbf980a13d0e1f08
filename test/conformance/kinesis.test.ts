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
import { Decoder, encode, Tag } from "cbor-x";
import { afterAll, expect, test } from "vitest";
import { ACCOUNT, pagesOf, REGION, startEngine } from "./engine.ts";

const engine = await startEngine();
const kinesis = new KinesisClient(engine.config);
afterAll(() => kinesis.destroy());

const CBOR_OPTIONS = { useRecords: false, mapsAsObjects: true, int64AsNumber: true };
const cbor = new Decoder(CBOR_OPTIONS);

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

test("kinesis: a stream that distributes by itself takes records without a key", async () => {
  await kinesis.send(
    new CreateStreamCommand({
      StreamName: "even",
      StreamModeDetails: { StreamMode: "ON_DEMAND" },
      RecordDistributionStrategy: "AUTO",
    }),
  );
  const Data = Buffer.from("x");
  await kinesis.send(new PutRecordCommand({ StreamName: "even", Data }));
  const Records = [{ Data }, { Data }];
  const { FailedRecordCount } = await kinesis.send(
    new PutRecordsCommand({ StreamName: "even", Records }),
  );
  expect(FailedRecordCount).toBe(0);
  await createStream("keyed");
  const records = new PutRecordsCommand({ StreamName: "keyed", Records });
  await expect(kinesis.send(records)).rejects.toMatchObject({
    name: "ValidationException",
    message: expect.stringContaining("records.1.member.partitionKey"),
  });
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

/** As the SDKs for Java write it: whole milliseconds under tag 1. */
async function callInCbor(operation: string, input: object) {
  const response = await fetch(engine.endpoint, {
    method: "POST",
    headers: {
      "x-amz-target": `Kinesis_20131202.${operation}`,
      "content-type": "application/x-amz-cbor-1.1",
      authorization: `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260101/${REGION}/kinesis/aws4_request`,
    },
    body: Buffer.from(encode(input)),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(response.headers.get("content-type")).toBe("application/x-amz-cbor-1.1");
  return { status: response.status, bytes, body: bytes.length === 0 ? {} : cbor.decode(bytes) };
}

test("kinesis: speaks CBOR, with times in milliseconds", async () => {
  await createStream("cbor");
  const record = { StreamName: "cbor", PartitionKey: "a", Data: Buffer.from([1, 2, 3]) };
  expect((await callInCbor("PutRecord", record)).body).toMatchObject({ ShardId: FIRST });
  const { body: start } = await callInCbor("GetShardIterator", {
    StreamName: "cbor",
    ShardId: FIRST,
    ShardIteratorType: "AT_TIMESTAMP",
    Timestamp: new Tag(BigInt(Date.UTC(2020, 0, 1)), 1),
  });
  const { bytes, body } = await callInCbor(
    "GetRecords",
    start && { ShardIterator: start.ShardIterator },
  );
  expect(Buffer.from(body.Records[0].Data)).toEqual(Buffer.from([1, 2, 3]));
  // Tag 1, then an unsigned integer of eight bytes.
  const at = bytes.indexOf("ApproximateArrivalTimestamp") + "ApproximateArrivalTimestamp".length;
  expect([bytes[at], bytes[at + 1]]).toEqual([0xc1, 0x1b]);
  expect(Number(bytes.readBigUInt64BE(at + 2))).toBeGreaterThan(Date.UTC(2026, 0, 1));
  const refused = await callInCbor("DescribeStream", { StreamName: "nobody" });
  expect([refused.status, refused.body.__type]).toEqual([
    400,
    expect.stringMatching(/ResourceNotFoundException$/),
  ]);
});
