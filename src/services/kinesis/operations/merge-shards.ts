import { invalidArgument, shardIsClosed, shardMissing } from "../errors.ts";
import { fromHex } from "../hash-range.ts";
import type { KinesisOperation } from "../ports.ts";
import { withMerged } from "../resharding.ts";
import { findShard, type Shard } from "../shard.ts";
import { activeStream } from "../stream.ts";
import { requireProvisioned } from "../stream-mode.ts";
import { putStream } from "../transition.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_MergeShards.html */
export const mergeShards: KinesisOperation<"MergeShards"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const stream = activeStream(tx, ctx, "MergeShards", input);
    requireProvisioned(stream, "MergeShards");
    const open = (shardId: string): Shard => {
      const shard = findShard(tx, stream, shardId);
      if (shard === undefined) {
        throw shardMissing(shardId, stream);
      }
      if (shard.endId !== undefined) {
        throw shardIsClosed(shardId, stream);
      }
      return shard;
    };
    const first = open(input.ShardToMerge);
    const second = open(input.AdjacentShardToMerge);
    const [lower, upper] = first.start < second.start ? [first, second] : [second, first];
    if (fromHex(lower.end) + 1n !== fromHex(upper.start)) {
      throw invalidArgument(
        `Shards ${input.ShardToMerge} and ${input.AdjacentShardToMerge} in stream ${stream.name} ` +
          `under account ${stream.accountId} are not an adjacent pair of shards eligible for merging`,
      );
    }
    const parents = [first.index, second.index] as const;
    putStream(tx, withMerged(tx, stream, [lower, upper], parents), "UPDATING", ctx.transitions);
  });
};
