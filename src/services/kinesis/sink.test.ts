import { expect, test } from "vitest";
import { createCloudFixture } from "../../testing/cloud-fixture.ts";

test("sink: a bus puts events under the partition key that its target names", async () => {
  const { call, stop } = await createCloudFixture();
  await call("kinesis", "CreateStream", { StreamName: "s", ShardCount: 1 });
  await call("events", "PutRule", { Name: "r", EventPattern: '{"source":["shop"]}' });
  const target = {
    Id: "stream",
    Arn: "arn:aws:kinesis:us-east-1:000000000000:stream/s",
    RoleArn: "arn:aws:iam::000000000000:role/r",
    KinesisParameters: { PartitionKeyPath: "$.detail.order" },
  };
  await call("events", "PutTargets", { Rule: "r", Targets: [target] });
  const entry = { Source: "shop", DetailType: "placed", Detail: '{"order":"o-7"}' };
  await call("events", "PutEvents", { Entries: [entry] });
  const { ShardIterator = "" } = await call("kinesis", "GetShardIterator", {
    StreamName: "s",
    ShardId: "shardId-000000000000",
    ShardIteratorType: "TRIM_HORIZON",
  });
  const { Records } = await call("kinesis", "GetRecords", { ShardIterator });
  expect(Records.map(({ PartitionKey }) => PartitionKey)).toEqual(["o-7"]);
  expect(JSON.parse(Buffer.from(Records[0]?.Data ?? []).toString())).toMatchObject({
    source: "shop",
    detail: { order: "o-7" },
  });
  await stop();
});
