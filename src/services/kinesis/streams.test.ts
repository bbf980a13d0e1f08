import { beforeEach, describe, expect, test } from "vitest";
import { createKinesisFixture, type KinesisFixture } from "../../testing/kinesis-fixture.ts";

let kinesis: KinesisFixture;

beforeEach(() => {
  kinesis = createKinesisFixture();
});

const summary = async (StreamName: string) =>
  (await kinesis.call("DescribeStreamSummary", { StreamName })).StreamDescriptionSummary;

describe("streams", () => {
  test("create: is described as AWS does", async () => {
    const arn = await kinesis.stream("s", 2);
    expect(await summary("s")).toEqual({
      StreamName: "s",
      StreamARN: arn,
      StreamStatus: "ACTIVE",
      StreamModeDetails: { StreamMode: "PROVISIONED" },
      RetentionPeriodHours: 24,
      StreamCreationTimestamp: new Date("2026-01-01T00:00:00Z"),
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      EncryptionType: "NONE",
      OpenShardCount: 2,
      ConsumerCount: 0,
      MaxRecordSizeInKiB: 1_024,
    });
  });

  test("states: take as long as they are asked to, on the clock", async () => {
    kinesis.kinesis.transitions.ms = 5_000;
    await kinesis.stream("s");
    expect((await summary("s")).StreamStatus).toBe("CREATING");
    const record = { StreamName: "s", PartitionKey: "a", Data: Buffer.from("x") };
    expect((await kinesis.refused("PutRecord", record)).code).toBe("ResourceNotFoundException");
    await kinesis.clock.advance(5_000);
    expect((await summary("s")).StreamStatus).toBe("ACTIVE");
    await kinesis.call("StartStreamEncryption", {
      StreamName: "s",
      EncryptionType: "KMS",
      KeyId: "alias/aws/kinesis",
    });
    expect(await summary("s")).toMatchObject({ StreamStatus: "UPDATING", EncryptionType: "KMS" });
    await kinesis.call("PutRecord", record);
    const split = {
      StreamName: "s",
      ShardToSplit: "shardId-000000000000",
      NewStartingHashKey: "9",
    };
    expect(await kinesis.refused("SplitShard", split)).toMatchObject({
      code: "ResourceInUseException",
      message: "Stream s under account 000000000000 not ACTIVE, instead in state UPDATING",
    });
    await kinesis.clock.advance(5_000);
    await kinesis.call("DeleteStream", { StreamName: "s" });
    expect((await summary("s")).StreamStatus).toBe("DELETING");
    await kinesis.clock.advance(5_000);
    expect((await kinesis.refused("DescribeStream", { StreamName: "s" })).message).toBe(
      "Stream s under account 000000000000 not found.",
    );
  });

  test("create: a name is there once, an account has so many shards", async () => {
    await kinesis.stream("s", 3);
    expect(await kinesis.refused("CreateStream", { StreamName: "s", ShardCount: 1 })).toMatchObject(
      {
        code: "ResourceInUseException",
        message: "Stream s under account 000000000000 already exists.",
      },
    );
    const many = { StreamName: "t", ShardCount: 20_000 };
    expect(await kinesis.refused("CreateStream", many)).toMatchObject({
      code: "LimitExceededException",
      message: expect.stringMatching(
        /^This request would exceed the shard limit for the account 000000000000 in us-east-1\. Current shard count for the account: 3\. Limit: 20000\. Number of additional shards that would have resulted from this request: 20000\./,
      ),
    });
    expect(await kinesis.call("DescribeLimits", {})).toEqual({
      ShardLimit: 20_000,
      OpenShardCount: 3,
      OnDemandStreamCount: 0,
      OnDemandStreamCountLimit: 50,
    });
  });

  test("names: by name, by ARN, and not by neither", async () => {
    const StreamARN = await kinesis.stream("s");
    await kinesis.call("DescribeStream", { StreamARN });
    expect((await kinesis.refused("DescribeStream", {})).code).toBe("InvalidArgumentException");
    expect((await kinesis.refused("DescribeStream", { StreamName: "t", StreamARN })).code).toBe(
      "InvalidArgumentException",
    );
  });

  test("list: in the order of names, in pages", async () => {
    for (const name of ["c", "a", "b"]) {
      await kinesis.stream(name);
    }
    const first = await kinesis.call("ListStreams", { Limit: 2 });
    expect([first.StreamNames, first.HasMoreStreams]).toEqual([["a", "b"], true]);
    expect(first.StreamSummaries?.[0]).toMatchObject({ StreamName: "a", StreamStatus: "ACTIVE" });
    const { NextToken } = first;
    const rest = await kinesis.call("ListStreams", { NextToken });
    expect([rest.StreamNames, rest.HasMoreStreams]).toEqual([["c"], false]);
    const after = await kinesis.call("ListStreams", { ExclusiveStartStreamName: "b" });
    expect(after.StreamNames).toEqual(["c"]);
  });

  test("mode: changes twice a day, and keeps the shards", async () => {
    const StreamARN = await kinesis.stream("s", 2);
    const change = { StreamARN, StreamModeDetails: { StreamMode: "ON_DEMAND" } };
    const back = { StreamARN, StreamModeDetails: { StreamMode: "PROVISIONED" } };
    await kinesis.call("UpdateStreamMode", change);
    expect(await summary("s")).toMatchObject({
      StreamModeDetails: { StreamMode: "ON_DEMAND" },
      OpenShardCount: 2,
    });
    await kinesis.call("UpdateStreamMode", back);
    expect((await kinesis.refused("UpdateStreamMode", change)).code).toBe("LimitExceededException");
    await kinesis.clock.advance(86_400_000);
    await kinesis.call("UpdateStreamMode", change);
  });

  test("warm throughput: for those who are committed to it", async () => {
    const StreamModeDetails = { StreamMode: "ON_DEMAND" };
    const warm = { StreamName: "s", WarmThroughputMiBps: 6, StreamModeDetails };
    expect((await kinesis.refused("CreateStream", warm)).code).toBe("ValidationException");
    const counted = { StreamName: "s", ShardCount: 1, StreamModeDetails };
    expect((await kinesis.refused("CreateStream", counted)).message).toBe(
      "ShardCount is not expected when StreamMode=ON_DEMAND",
    );
    const commit = (Status: string) => ({ MinimumThroughputBillingCommitment: { Status } });
    await kinesis.call("UpdateAccountSettings", commit("ENABLED"));
    await kinesis.call("CreateStream", warm);
    expect(await summary("s")).toMatchObject({
      OpenShardCount: 6,
      WarmThroughput: { TargetMiBps: 6, CurrentMiBps: 6 },
    });
    await kinesis.call("UpdateStreamWarmThroughput", { StreamName: "s", WarmThroughputMiBps: 8 });
    expect((await summary("s")).OpenShardCount).toBe(8);
    expect((await kinesis.refused("UpdateAccountSettings", commit("DISABLED"))).code).toBe(
      "ValidationException",
    );
    await kinesis.clock.advance(86_400_000);
    await kinesis.call("UpdateAccountSettings", commit("DISABLED"));
    const { MinimumThroughputBillingCommitment: settings } = await kinesis.call(
      "DescribeAccountSettings",
      {},
    );
    expect(settings).toMatchObject({ Status: "DISABLED", EndedAt: expect.any(Date) });
  });

  test("encryption: records that came in the meantime say so", async () => {
    await kinesis.stream("s");
    const key = { StreamName: "s", EncryptionType: "KMS", KeyId: "alias/aws/kinesis" };
    await kinesis.put("s", "a", "1");
    await kinesis.call("StartStreamEncryption", key);
    const record = { StreamName: "s", PartitionKey: "a", Data: Buffer.from("2") };
    expect(await kinesis.call("PutRecord", record)).toMatchObject({ EncryptionType: "KMS" });
    await kinesis.call("StopStreamEncryption", key);
    const ShardIterator = await kinesis.iterator("s");
    const { Records } = await kinesis.call("GetRecords", { ShardIterator });
    expect(Records.map(({ EncryptionType }) => EncryptionType)).toEqual([undefined, "KMS"]);
    expect((await summary("s")).EncryptionType).toBe("NONE");
  });

  test("monitoring: metrics are added and taken away", async () => {
    await kinesis.stream("s");
    const change = (operation: "Enable" | "Disable", ...ShardLevelMetrics: readonly string[]) =>
      kinesis.call(`${operation}EnhancedMonitoring`, { StreamName: "s", ShardLevelMetrics });
    await change("Enable", "IncomingBytes");
    expect(await change("Enable", "OutgoingBytes")).toMatchObject({
      CurrentShardLevelMetrics: ["IncomingBytes"],
      DesiredShardLevelMetrics: ["IncomingBytes", "OutgoingBytes"],
    });
    await change("Enable", "ALL");
    expect((await summary("s")).EnhancedMonitoring[0]?.ShardLevelMetrics).toHaveLength(7);
    expect((await change("Disable", "ALL")).DesiredShardLevelMetrics).toEqual([]);
  });
});

describe("tags", () => {
  test("tags: by both APIs, in pages", async () => {
    const ResourceARN = await kinesis.stream("s");
    await kinesis.call("AddTagsToStream", { StreamName: "s", Tags: { b: "2", a: "1" } });
    await kinesis.call("TagResource", { ResourceARN, Tags: { c: "3" } });
    const first = await kinesis.call("ListTagsForStream", { StreamName: "s", Limit: 2 });
    expect(first).toEqual({
      Tags: [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "2" },
      ],
      HasMoreTags: true,
    });
    await kinesis.call("RemoveTagsFromStream", { StreamName: "s", TagKeys: ["a"] });
    await kinesis.call("UntagResource", { ResourceARN, TagKeys: ["b"] });
    expect(await kinesis.call("ListTagsForResource", { ResourceARN })).toEqual({
      Tags: [{ Key: "c", Value: "3" }],
    });
  });

  test("tags: 50 at most", async () => {
    await kinesis.stream("s");
    const Tags = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, ""]));
    expect((await kinesis.refused("AddTagsToStream", { StreamName: "s", Tags })).code).toBe(
      "InvalidArgumentException",
    );
  });
});

describe("policies", () => {
  const policy = (Action: string, more = {}) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { AWS: "111111111111" }, Action, Resource: "*", ...more },
      ],
    });

  test("policy: lets another account do what it names", async () => {
    const StreamARN = await kinesis.stream("s");
    const record = { StreamARN, PartitionKey: "a", Data: Buffer.from("x") };
    const other = { accountId: "111111111111" };
    expect(await kinesis.refused("PutRecord", record, other)).toMatchObject({
      code: "AccessDeniedException",
      message: expect.stringMatching(/is not authorized to perform: kinesis:PutRecord on resource/),
    });
    const put = (Policy: string) =>
      kinesis.call("PutResourcePolicy", { ResourceARN: StreamARN, Policy });
    await put(policy("kinesis:PutRecord"));
    await kinesis.call("PutRecord", record, other);
    expect((await kinesis.refused("DeleteStream", { StreamARN }, other)).code).toBe(
      "AccessDeniedException",
    );
    await put(policy("kinesis:*", { Effect: "Deny" }));
    expect((await kinesis.refused("PutRecord", record, other)).code).toBe("AccessDeniedException");
    await kinesis.call("PutRecord", record);
  });

  test("policy: is kept as it was given, and goes with its stream", async () => {
    const ResourceARN = await kinesis.stream("s");
    const Policy = policy("kinesis:PutRecord");
    await kinesis.call("PutResourcePolicy", { ResourceARN, Policy });
    expect(await kinesis.call("GetResourcePolicy", { ResourceARN })).toEqual({ Policy });
    await kinesis.call("DeleteResourcePolicy", { ResourceARN });
    expect(await kinesis.call("GetResourcePolicy", { ResourceARN })).toEqual({ Policy: "{}" });
    await kinesis.call("PutResourcePolicy", { ResourceARN, Policy });
    await kinesis.call("DeleteStream", { StreamName: "s" });
    await kinesis.stream("s");
    expect(await kinesis.call("GetResourcePolicy", { ResourceARN })).toEqual({ Policy: "{}" });
  });

  test.each(["", "{}", '{"Statement":[{"Effect":"Maybe"}]}'])(
    "policy: %j is none",
    async (Policy) => {
      const ResourceARN = await kinesis.stream("s");
      expect((await kinesis.refused("PutResourcePolicy", { ResourceARN, Policy })).code).toBe(
        "InvalidArgumentException",
      );
    },
  );
});
