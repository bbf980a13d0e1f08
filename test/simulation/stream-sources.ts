/** The streams of the simulation, a table's and a Kinesis stream: how records get in, and look. */
import type { Random } from "../../src/platform/random.ts";
import { TEST_ACCOUNT, TEST_REGION } from "../../src/testing/service-harness.ts";
import type { SimulatedEngine } from "./simulated-engine.ts";
import type { SeenRecord, WrittenRecord } from "./stream-ledger.ts";

export interface SimulatedSource {
  /** Answers the ARN of the stream. */
  create(engine: SimulatedEngine): Promise<string>;
  write(engine: SimulatedEngine, records: readonly WrittenRecord[]): Promise<unknown>;
  /** One change of the shards, if there is one to make. */
  reshard(engine: SimulatedEngine, random: Random): Promise<unknown>;
  seen(record: unknown): SeenRecord;
  /** Lets pass what is not `isFiltered`. */
  readonly pattern: object;
  /** The member of a failure record. */
  readonly infoName: string;
}

const NAME = "things";

const textOf = ({ id, isFiltered }: WrittenRecord): string => JSON.stringify({ id, isFiltered });

export const KINESIS: SimulatedSource = {
  infoName: "KinesisBatchInfo",
  pattern: { data: { isFiltered: [false] } },
  async create(engine) {
    await engine.call("kinesis", "CreateStream", { StreamName: NAME, ShardCount: 2 });
    return `arn:aws:kinesis:${TEST_REGION}:${TEST_ACCOUNT}:stream/${NAME}`;
  },
  write(engine, records) {
    const Records = records.map((record) => ({
      PartitionKey: record.key,
      Data: Buffer.from(textOf(record)),
    }));
    return engine.call("kinesis", "PutRecords", { StreamName: NAME, Records });
  },
  reshard,
  seen(record) {
    const { kinesis } = record as {
      readonly kinesis: Readonly<Record<"data" | "partitionKey" | "sequenceNumber", string>>;
    };
    const { id, isFiltered } = JSON.parse(Buffer.from(kinesis.data, "base64").toString());
    return { id, isFiltered, key: kinesis.partitionKey, sequenceNumber: kinesis.sequenceNumber };
  },
};

export const DYNAMODB: SimulatedSource = {
  infoName: "DDBStreamBatchInfo",
  pattern: { dynamodb: { NewImage: { isFiltered: { BOOL: [false] } } } },
  async create(engine) {
    const { TableDescription } = await engine.call("dynamodb", "CreateTable", {
      TableName: NAME,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "key", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "key", AttributeType: "S" }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    });
    return TableDescription?.LatestStreamArn ?? "";
  },
  async write(engine, records) {
    for (const { id, key, isFiltered } of records) {
      const Item = { key: { S: key }, id: { N: String(id) }, isFiltered: { BOOL: isFiltered } };
      await engine.call("dynamodb", "PutItem", { TableName: NAME, Item });
    }
    return true;
  },
  reshard: async () => undefined,
  seen(record) {
    const { dynamodb } = record as {
      readonly dynamodb: {
        readonly SequenceNumber: string;
        readonly NewImage: {
          readonly id: { readonly N: string };
          readonly key: { readonly S: string };
          readonly isFiltered: { readonly BOOL: boolean };
        };
      };
    };
    const { id, key, isFiltered } = dynamodb.NewImage;
    return {
      id: Number(id.N),
      key: key.S,
      isFiltered: isFiltered.BOOL,
      sequenceNumber: dynamodb.SequenceNumber,
    };
  },
};

async function reshard(engine: SimulatedEngine, random: Random): Promise<unknown> {
  const { Shards: shards = [] } = await engine.call("kinesis", "ListShards", {
    StreamName: NAME,
    ShardFilter: { Type: "AT_LATEST" },
  });
  const startOf = (shard: (typeof shards)[number]): bigint =>
    BigInt(shard.HashKeyRange.StartingHashKey);
  const open = [...shards].sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
  const at = Math.floor(random.next() * open.length);
  const [one, next] = [open[at], open[at + 1]];
  const draw = random.next();
  if (draw < 0.4 && one !== undefined) {
    const middle = (startOf(one) + BigInt(one.HashKeyRange.EndingHashKey)) / 2n;
    const NewStartingHashKey = String(middle);
    const split = { StreamName: NAME, ShardToSplit: one.ShardId, NewStartingHashKey };
    return engine.call("kinesis", "SplitShard", split);
  }
  if (draw < 0.8 && one !== undefined && next !== undefined) {
    const pair = { ShardToMerge: one.ShardId, AdjacentShardToMerge: next.ShardId };
    return engine.call("kinesis", "MergeShards", { StreamName: NAME, ...pair });
  }
  const TargetShardCount = Math.max(1, Math.min(2 * open.length, open.length + 1));
  const scaled = { StreamName: NAME, TargetShardCount, ScalingType: "UNIFORM_SCALING" };
  return engine.call("kinesis", "UpdateShardCount", scaled);
}
