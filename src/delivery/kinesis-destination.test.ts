/** Changes of tables in Kinesis streams. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createStreamFixture, type StreamFixture } from "../testing/stream-fixture.ts";

let cloud: StreamFixture;
let StreamArn: string;
const destination = () => ({ TableName: "things", StreamArn });

beforeEach(async () => {
  cloud = await createStreamFixture();
  StreamArn = await cloud.stream("changes", 2);
  await cloud.table("things");
});

afterEach(() => cloud.stop());

const put = (id: string, v: string) =>
  cloud.call("dynamodb", "PutItem", {
    TableName: "things",
    Item: { id: { S: id }, v: { B: Buffer.from(v) } },
  });

/** The changes in all shards, shard by shard. */
async function changes() {
  const found = [];
  for (const shard of ["shardId-000000000000", "shardId-000000000001"]) {
    const { ShardIterator } = await cloud.call("kinesis", "GetShardIterator", {
      StreamName: "changes",
      ShardId: shard,
      ShardIteratorType: "TRIM_HORIZON",
    });
    const { Records } = await cloud.call("kinesis", "GetRecords", { ShardIterator });
    found.push(...Records.map(({ Data }: { Data: Buffer }) => JSON.parse(Data.toString())));
  }
  return found;
}

test("destination: gets each change, with AWS's record", async () => {
  const enabled = await cloud.call("dynamodb", "EnableKinesisStreamingDestination", destination());
  expect(enabled).toMatchObject({ ...destination(), DestinationStatus: "ENABLING" });
  await put("a", "1");
  await put("a", "1");
  await put("a", "2");
  await cloud.call("dynamodb", "DeleteItem", { TableName: "things", Key: { id: { S: "a" } } });
  const found = await changes();
  expect(found.map(({ eventName }) => eventName)).toEqual(["INSERT", "MODIFY", "REMOVE"]);
  expect(found[1]).toEqual({
    awsRegion: "us-east-1",
    eventID: expect.any(String),
    eventName: "MODIFY",
    userIdentity: null,
    recordFormat: "application/json",
    tableName: "things",
    dynamodb: {
      ApproximateCreationDateTime: Date.UTC(2026, 0, 1),
      Keys: { id: { S: "a" } },
      NewImage: { id: { S: "a" }, v: { B: "Mg==" } },
      OldImage: { id: { S: "a" }, v: { B: "MQ==" } },
      SizeBytes: 10,
    },
    eventSource: "aws:dynamodb",
  });
});

test("destination: its precision can be changed, and it can be disabled", async () => {
  const update = {
    ...destination(),
    UpdateKinesisStreamingConfiguration: { ApproximateCreationDateTimePrecision: "MICROSECOND" },
  };
  await cloud.call("dynamodb", "EnableKinesisStreamingDestination", destination());
  await cloud.call("dynamodb", "UpdateKinesisStreamingDestination", update);
  await put("a", "1");
  expect((await changes())[0].dynamodb).toMatchObject({
    ApproximateCreationDateTime: Date.UTC(2026, 0, 1) * 1_000,
    ApproximateCreationDateTimePrecision: "MICROSECOND",
  });
  await cloud.call("dynamodb", "DisableKinesisStreamingDestination", destination());
  await put("a", "2");
  expect(await changes()).toHaveLength(1);
  const name = { TableName: "things" };
  expect(await cloud.call("dynamodb", "DescribeKinesisStreamingDestination", name)).toEqual({
    TableName: "things",
    KinesisDataStreamDestinations: [
      {
        StreamArn,
        DestinationStatus: "DISABLED",
        ApproximateCreationDateTimePrecision: "MICROSECOND",
      },
    ],
  });
});

test("destination: what does not fit its state is refused", async () => {
  const call = (operation: string) =>
    cloud.call("dynamodb", `${operation}KinesisStreamingDestination`, destination());
  await expect(call("Disable")).rejects.toMatchObject({
    code: "ValidationException",
    message: expect.stringMatching(/must be ACTIVE to perform DISABLE operation/),
  });
  await call("Enable");
  await expect(call("Enable")).rejects.toMatchObject({
    code: "ValidationException",
    message: expect.stringMatching(/must be DISABLED or ENABLE_FAILED to perform ENABLE/),
  });
  StreamArn = StreamArn.replace("changes", "gone");
  await expect(call("Enable")).rejects.toMatchObject({ code: "ResourceNotFoundException" });
});

test("destination: a stream that is gone holds up no write", async () => {
  await cloud.call("dynamodb", "EnableKinesisStreamingDestination", destination());
  await cloud.call("kinesis", "DeleteStream", { StreamName: "changes" });
  await put("a", "1");
  const key = { TableName: "things", Key: { id: { S: "a" } } };
  expect((await cloud.call("dynamodb", "GetItem", key)).Item).toBeDefined();
});
