import { requireShards } from "../account.ts";
import { invalidArgument, shardIsClosed, shardMissing } from "../errors.ts";
import { fromHex, toDecimal, toHex } from "../hash-range.ts";
import type { KinesisOperation } from "../ports.ts";
import { withSplit } from "../resharding.ts";
import { findShard } from "../shard.ts";
import { activeStream } from "../stream.ts";
import { requireProvisioned } from "../stream-mode.ts";
import { putStream } from "../transition.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SplitShard.html */
export const splitShard: KinesisOperation<"SplitShard"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const stream = activeStream(tx, ctx, "SplitShard", input);
    requireProvisioned(stream, "SplitShard");
    const shard = findShard(tx, stream, input.ShardToSplit);
    if (shard === undefined) {
      throw shardMissing(input.ShardToSplit, stream);
    }
    if (shard.endId !== undefined) {
      throw shardIsClosed(input.ShardToSplit, stream);
    }
    const at = BigInt(input.NewStartingHashKey);
    const [start, end] = [fromHex(shard.start), fromHex(shard.end)];
    if (at <= start + 1n || at >= end) {
      throw invalidArgument(
        `NewStartingHashKey ${at} used in SplitShard() on shard ${input.ShardToSplit} in stream ` +
          `${stream.name} under account ${stream.accountId} is not both greater than one plus the ` +
          `shard's StartingHashKey ${toDecimal(shard.start)} and less than the shard's ` +
          `EndingHashKey ${toDecimal(shard.end)}.`,
      );
    }
    requireShards(tx, ctx, 1);
    putStream(tx, withSplit(tx, stream, shard, toHex(at)), "UPDATING", ctx.transitions);
  });
};
