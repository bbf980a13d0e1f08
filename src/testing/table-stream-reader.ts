/** Reads the stream of a table as a client does, through the operations of DynamoDB Streams. */
import type { Record_ } from "../wire/models/dynamodbstreams.gen.ts";
import type { DynamoDbFixture } from "./dynamodb-fixture.ts";

export interface TableStreamReader {
  shardIds(StreamArn: string): Promise<readonly string[]>;
  /** Of the stream's first shard; `TRIM_HORIZON` unless said. */
  iterator(StreamArn: string, ShardIteratorType?: string, SequenceNumber?: string): Promise<string>;
  read(ShardIterator: string): Promise<readonly Record_[]>;
}

/** `db` gives the fixture of the test that runs. */
export function tableStreamReader(db: () => DynamoDbFixture): TableStreamReader {
  const shardIds: TableStreamReader["shardIds"] = async (StreamArn) => {
    const { StreamDescription } = await db().streams("DescribeStream", { StreamArn });
    return (StreamDescription?.Shards ?? []).map(({ ShardId }) => ShardId ?? "");
  };
  return {
    shardIds,
    async iterator(StreamArn, ShardIteratorType = "TRIM_HORIZON", SequenceNumber = undefined) {
      const [ShardId = ""] = await shardIds(StreamArn);
      const answer = await db().streams("GetShardIterator", {
        StreamArn,
        ShardId,
        ShardIteratorType,
        SequenceNumber,
      });
      return answer.ShardIterator ?? "";
    },
    async read(ShardIterator) {
      return (await db().streams("GetRecords", { ShardIterator })).Records ?? [];
    },
  };
}
