import type { ReadTx } from "../../../store/store.ts";
import type { Input } from "../../../wire/operations.ts";
import { dryRun, invalidArgument, rateExceeded, streamNotFound } from "../errors.ts";
import { shards } from "../keys.ts";
import { READ_BYTES_MAX, READ_RECORDS_MAX } from "../limits.ts";
import { checkAccess } from "../policy.ts";
import type { KinesisContext, KinesisOperation } from "../ports.ts";
import { readShard } from "../reading.ts";
import { childShards, shardIdOf } from "../shard.ts";
import { readIterator, type ShardIterator, writeIterator } from "../shard-iterator.ts";
import { findStream, isUsable, type Stream, streamArn } from "../stream.ts";

/**
 * A closed shard that has been read to its end has no next iterator, and names its children.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
 */
export const getRecords: KinesisOperation<"GetRecords"> = (ctx, input) => {
  const attempt = ctx.meter.attempt();
  return ctx.store.read((tx) => {
    attempt.begin();
    const iterator = readIterator(input.ShardIterator, tx.nowMs);
    const stream = streamOf(tx, ctx, input, iterator);
    const { shard: index } = iterator;
    const limits = { records: input.Limit ?? READ_RECORDS_MAX, bytes: READ_BYTES_MAX };
    const page = readShard(tx, stream, iterator, limits);
    const place = { stream: stream.number, shard: index, nowMs: tx.nowMs };
    if (!attempt.take(place, { reads: 1, readBytes: page.sizeBytes })) {
      throw rateExceeded(shardIdOf(index), stream);
    }
    if (input.DryRun === true) {
      throw dryRun();
    }
    const { records: Records, lastId, nextArrivedMs } = page;
    const shard = shards.get(tx, [stream.number, index]);
    if (nextArrivedMs === undefined && (shard === undefined || shard.endId !== undefined)) {
      const ChildShards = shard === undefined ? [] : childShards(tx, stream, shard);
      return { Records, MillisBehindLatest: 0, ChildShards };
    }
    const next = lastId === undefined ? iterator : { shard: index, after: lastId };
    return {
      Records,
      NextShardIterator: writeIterator(stream, next, tx.nowMs),
      MillisBehindLatest: nextArrivedMs === undefined ? 0 : Math.max(0, tx.nowMs - nextArrivedMs),
    };
  });
};

/** The stream that the iterator is of, if it still is. */
function streamOf(
  tx: ReadTx,
  ctx: KinesisContext,
  { StreamARN: arn }: Input<"kinesis", "GetRecords">,
  iterator: ShardIterator,
): Stream {
  if (arn !== undefined && arn !== streamArn(iterator)) {
    throw invalidArgument("The ShardIterator does not belong to the stream of StreamARN.");
  }
  checkAccess(tx, ctx, "GetRecords", streamArn(iterator));
  const stream = iterator.region === ctx.region ? findStream(tx, iterator) : undefined;
  if (stream === undefined || stream.number !== iterator.stream || !isUsable(stream)) {
    throw streamNotFound(iterator);
  }
  return stream;
}
