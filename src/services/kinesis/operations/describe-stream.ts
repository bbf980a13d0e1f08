import { invalidArgument } from "../errors.ts";
import { SHARDS_PER_DESCRIPTION } from "../limits.ts";
import type { KinesisOperation } from "../ports.ts";
import { listShards, shardIndexOf, shownShard } from "../shard.ts";
import { existingStream, shownStream } from "../stream.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStream.html */
export const describeStream: KinesisOperation<"DescribeStream"> = async (ctx, input) => {
  const { Limit: limit = SHARDS_PER_DESCRIPTION, ExclusiveStartShardId: start } = input;
  const after = start === undefined ? -1 : shardIndexOf(start);
  if (after === undefined) {
    throw invalidArgument(`ExclusiveStartShardId ${start} is invalid.`);
  }
  return ctx.store.read((tx) => {
    const stream = existingStream(tx, ctx, "DescribeStream", input);
    const found = [];
    let hasMore = false;
    for (const shard of stream.status === "CREATING" ? [] : listShards(tx, stream, after)) {
      if (found.length === limit) {
        hasMore = true;
        break;
      }
      found.push(shownShard(shard));
    }
    return {
      StreamDescription: { ...shownStream(stream), Shards: found, HasMoreShards: hasMore },
    };
  });
};
