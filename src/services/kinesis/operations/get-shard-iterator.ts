import { dryRun, shardDoesNotExist } from "../errors.ts";
import type { KinesisOperation } from "../ports.ts";
import { findShard } from "../shard.ts";
import { writeIterator } from "../shard-iterator.ts";
import { startPosition } from "../start-position.ts";
import { usableStream } from "../stream.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html */
export const getShardIterator: KinesisOperation<"GetShardIterator"> = (ctx, input) =>
  ctx.store.read((tx) => {
    const stream = usableStream(tx, ctx, "GetShardIterator", input);
    const shard = findShard(tx, stream, input.ShardId);
    if (shard === undefined) {
      throw shardDoesNotExist(input.ShardId, stream);
    }
    const position = startPosition(tx, stream, shard, {
      operation: "GetShardIterator",
      type: input.ShardIteratorType,
      sequenceNumber: input.StartingSequenceNumber,
      timestamp: input.Timestamp,
    });
    if (input.DryRun === true) {
      throw dryRun();
    }
    const place = { shard: shard.index, ...position };
    return { ShardIterator: writeIterator(stream, place, tx.nowMs) };
  });
