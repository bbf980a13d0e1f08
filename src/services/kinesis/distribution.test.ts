import { beforeEach, describe, expect, test } from "vitest";
import { createKinesisFixture, type KinesisFixture } from "../../testing/kinesis-fixture.ts";

let kinesis: KinesisFixture;

beforeEach(() => {
  kinesis = createKinesisFixture();
});

const ON_DEMAND = { StreamModeDetails: { StreamMode: "ON_DEMAND" } };
const AUTO = { RecordDistributionStrategy: "AUTO" };
const arnOf = (name: string) => `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`;

const strategyOf = async (StreamName: string) => {
  const { StreamDescriptionSummary } = await kinesis.call("DescribeStreamSummary", { StreamName });
  return StreamDescriptionSummary.RecordDistributionStrategy;
};

const put = (StreamName: string, more = {}) =>
  kinesis.call("PutRecord", { StreamName, Data: Buffer.from("x"), ...more });

describe("record distribution", () => {
  test("AUTO: spreads records over the shards, whatever their keys", async () => {
    await kinesis.call("CreateStream", { StreamName: "s", ...ON_DEMAND, ...AUTO });
    const shards = new Set<string>();
    for (let count = 0; count < 40; count += 1) {
      const { ShardId } = await put("s", { PartitionKey: "a", ExplicitHashKey: "0" });
      shards.add(ShardId);
    }
    expect(shards.size).toBe(4);
    expect(await strategyOf("s")).toBe("AUTO");
  });

  test("AUTO: takes records without a key, and gives them without one", async () => {
    await kinesis.call("CreateStream", { StreamName: "s", ...ON_DEMAND, ...AUTO });
    const { ShardId } = await put("s");
    const Records = [{ Data: Buffer.from("y") }, { Data: Buffer.from("z"), PartitionKey: "k" }];
    const answer = await kinesis.call("PutRecords", { StreamName: "s", Records });
    expect(answer.FailedRecordCount).toBe(0);
    const ShardIterator = await kinesis.iterator("s", Number(ShardId.slice(-12)));
    const [record] = (await kinesis.call("GetRecords", { ShardIterator })).Records;
    expect(record).not.toHaveProperty("PartitionKey");
  });

  test("AUTO: has no order to be asked for", async () => {
    await kinesis.call("CreateStream", { StreamName: "s", ...ON_DEMAND, ...AUTO });
    const { SequenceNumber } = await put("s");
    const ordered = {
      StreamName: "s",
      Data: Buffer.from("x"),
      SequenceNumberForOrdering: SequenceNumber,
    };
    expect((await kinesis.refused("PutRecord", ordered)).code).toBe("InvalidArgumentException");
  });

  test("update: takes effect at once, both ways", async () => {
    await kinesis.call("CreateStream", { StreamName: "s", ...ON_DEMAND });
    expect(await strategyOf("s")).toBe("USER_PARTITION_KEY");
    expect(
      await kinesis.refused("PutRecord", { StreamName: "s", Data: Buffer.from("x") }),
    ).toMatchObject({
      code: "ValidationException",
      message: expect.stringContaining("Value null at 'partitionKey'"),
    });
    const StreamARN = arnOf("s");
    await kinesis.call("UpdateStreamRecordDistributionStrategy", { StreamARN, ...AUTO });
    await put("s");
    await kinesis.call("UpdateStreamRecordDistributionStrategy", {
      StreamARN,
      RecordDistributionStrategy: "USER_PARTITION_KEY",
    });
    expect(
      (await kinesis.refused("PutRecord", { StreamName: "s", Data: Buffer.from("x") })).code,
    ).toBe("ValidationException");
  });

  test("provisioned: has no strategy but that of partition keys", async () => {
    const StreamARN = await kinesis.stream("s");
    expect(await strategyOf("s")).toBeUndefined();
    const refusals = [
      await kinesis.refused("UpdateStreamRecordDistributionStrategy", { StreamARN, ...AUTO }),
      await kinesis.refused("CreateStream", { StreamName: "t", ShardCount: 1, ...AUTO }),
    ];
    expect(refusals.map(({ code }) => code)).toEqual([
      "InvalidArgumentException",
      "InvalidArgumentException",
    ]);
  });
});
