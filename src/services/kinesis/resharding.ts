/**
 * Shards opened, split and merged. A parent is closed in the transaction that opens its children,
 * and all its sequence numbers are below theirs.
 * Source: https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-resharding.html
 */
import { assert } from "../../base/assert.ts";
import { shardTopic, streamTopic } from "../../outbox/event-source.ts";
import type { WriteTx } from "../../store/store.ts";
import { fromHex, type HashRange, toHex, uniformRanges } from "./hash-range.ts";
import { shards } from "./keys.ts";
import { type Shard, shardIdOf } from "./shard.ts";
import { type Stream, streamArn } from "./stream.ts";

export function withFirstShards(tx: WriteTx, stream: Stream, count: number): Stream {
  return uniformRanges(count).reduce((so, range) => withOpened(tx, so, range, []), stream);
}

/** Cuts a shard in two; `at` is the first hash key of the second. */
export function withSplit(tx: WriteTx, stream: Stream, shard: Shard, at: string): Stream {
  const closed = withClosed(tx, stream, shard, 2);
  const lower = { start: shard.start, end: toHex(fromHex(at) - 1n) };
  const first = withOpened(tx, closed, lower, [shard.index]);
  return withOpened(tx, first, { start: at, end: shard.end }, [shard.index]);
}

/** Joins two shards whose ranges touch, the lower one first. */
export function withMerged(
  tx: WriteTx,
  stream: Stream,
  [lower, upper]: readonly [Shard, Shard],
  [parent, adjacent]: readonly [number, number],
): Stream {
  const one = withClosed(tx, stream, lower, 1);
  const both = withClosed(tx, one, upper, 1);
  return withOpened(tx, both, { start: lower.start, end: upper.end }, [parent, adjacent]);
}

/** Splits at the bounds of equal ranges, then merges what lies inside one of them. */
export function withUniformShards(tx: WriteTx, stream: Stream, count: number): Stream {
  const ranges = uniformRanges(count);
  let changed = stream;
  for (const { start } of ranges.slice(1)) {
    const holder = openShard(tx, changed, start);
    if (holder.start !== start) {
      changed = withSplit(tx, changed, holder, start);
    }
  }
  for (const range of ranges) {
    let first = openShard(tx, changed, range.start);
    while (first.end < range.end) {
      const next = openShard(tx, changed, toHex(fromHex(first.end) + 1n));
      changed = withMerged(tx, changed, [first, next], [first.index, next.index]);
      first = openShard(tx, changed, range.start);
    }
  }
  return changed;
}

/** The index of the open shard that a hash key belongs to. */
export function shardFor(stream: Stream, hash: string): number {
  const { open } = stream;
  let [low, high] = [0, open.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((open[middle]?.end ?? "") < hash) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return open[low]?.index ?? 0;
}

/** For a record of a stream that distributes by itself: one shard as often as the other. */
export function anyShard(tx: WriteTx, { open }: Stream): number {
  return open[Math.floor(tx.random.next() * open.length)]?.index ?? 0;
}

function openShard(tx: WriteTx, stream: Stream, hash: string): Shard {
  const shard = shards.get(tx, [stream.number, shardFor(stream, hash)]);
  assert(shard !== undefined, `stream ${stream.name} has a shard for ${hash}`);
  return shard;
}

function withOpened(
  tx: WriteTx,
  stream: Stream,
  range: HashRange,
  [parent, adjacentParent]: readonly number[],
): Stream {
  const index = stream.shardCount;
  const shard: Shard = {
    ...range,
    index,
    startId: tx.orderedId(),
    createdMs: tx.nowMs,
    ...(parent !== undefined && { parent }),
    ...(adjacentParent !== undefined && { adjacentParent }),
  };
  shards.put(tx, [stream.number, index], shard);
  const open = [...stream.open, { index, end: range.end }];
  open.sort((a, b) => (a.end < b.end ? -1 : 1));
  return { ...stream, open, shardCount: index + 1 };
}

/** `children` are the shards that are opened next. */
function withClosed(tx: WriteTx, stream: Stream, shard: Shard, children: 1 | 2): Stream {
  const { shardCount: next } = stream;
  shards.put(tx, [stream.number, shard.index], {
    ...shard,
    endId: tx.orderedId(),
    closedMs: tx.nowMs,
    children: children === 1 ? [next] : [next, next + 1],
  });
  const arn = streamArn(stream);
  tx.signal(shardTopic(arn, shardIdOf(shard.index)));
  tx.signal(streamTopic(arn));
  return { ...stream, open: stream.open.filter(({ index }) => index !== shard.index) };
}
