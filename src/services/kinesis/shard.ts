/** Shards: what is kept of one, open or closed, and how it is shown. */
import { shardSequenceNumberOf } from "../../store/sequence-number.ts";
import type { ReadTx } from "../../store/store.ts";
import type { ChildShard, Shard as ShownShard } from "../../wire/models/kinesis.gen.ts";
import { type HashRange, toDecimal } from "./hash-range.ts";
import { shards } from "./keys.ts";
import { HOUR_MS } from "./limits.ts";
import type { Stream } from "./stream.ts";

export interface Shard extends HashRange {
  readonly index: number;
  /** All its records sort behind it. */
  readonly startId: string;
  readonly createdMs: number;
  /** Of a closed shard: no record sorts behind it. */
  readonly endId?: string | undefined;
  readonly closedMs?: number | undefined;
  readonly parent?: number | undefined;
  readonly adjacentParent?: number | undefined;
  readonly children?: readonly number[] | undefined;
}

export function shardIdOf(index: number): string {
  return `shardId-${String(index).padStart(12, "0")}`;
}

/** `undefined` for what cannot be the id of a shard. */
export function shardIndexOf(shardId: string): number | undefined {
  const [, digits] = /^shardId-(\d{12})$/.exec(shardId) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** A shard that is there; one that was closed before the retention began is not any more. */
export function findShard(tx: ReadTx, stream: Stream, shardId: string): Shard | undefined {
  const index = shardIndexOf(shardId);
  const shard = index === undefined ? undefined : shards.get(tx, [stream.number, index]);
  return shard !== undefined && isThere(shard, horizonMs(stream, tx.nowMs)) ? shard : undefined;
}

/** In the order of their making, behind `after`. */
export function* listShards(tx: ReadTx, stream: Stream, after = -1): Iterable<Shard> {
  const horizon = horizonMs(stream, tx.nowMs);
  const range = { prefix: [stream.number], after: [stream.number, after] };
  for (const { record } of shards.list(tx, range)) {
    if (isThere(record, horizon)) {
      yield record;
    }
  }
}

function isThere({ closedMs }: Shard, horizon: number): boolean {
  return closedMs === undefined || closedMs >= horizon;
}

/** Records that arrived before have been trimmed. */
export function horizonMs({ retentionHours }: Stream, nowMs: number): number {
  return nowMs - retentionHours * HOUR_MS;
}

export function shownShard(shard: Shard): ShownShard {
  const { index, parent, adjacentParent, startId, endId } = shard;
  return {
    ShardId: shardIdOf(index),
    ...(parent !== undefined && { ParentShardId: shardIdOf(parent) }),
    ...(adjacentParent !== undefined && { AdjacentParentShardId: shardIdOf(adjacentParent) }),
    HashKeyRange: shownRange(shard),
    SequenceNumberRange: {
      StartingSequenceNumber: shardSequenceNumberOf({ orderedId: startId, shard: index }),
      ...(endId !== undefined && {
        EndingSequenceNumber: shardSequenceNumberOf({ orderedId: endId, shard: index }),
      }),
    },
  };
}

/** What readers that come to the end of a shard are told to go on with. */
export function childShards(tx: ReadTx, stream: Stream, shard: Shard): readonly ChildShard[] {
  return (shard.children ?? []).flatMap((index) => {
    const child = shards.get(tx, [stream.number, index]);
    if (child === undefined) {
      return [];
    }
    const parents = [child.parent, child.adjacentParent].filter((parent) => parent !== undefined);
    return {
      ShardId: shardIdOf(index),
      ParentShards: parents.map(shardIdOf),
      HashKeyRange: shownRange(child),
    };
  });
}

function shownRange({ start, end }: Shard): ShownShard["HashKeyRange"] {
  return { StartingHashKey: toDecimal(start), EndingHashKey: toDecimal(end) };
}
