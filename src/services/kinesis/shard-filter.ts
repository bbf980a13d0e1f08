/**
 * Which shards a list is to hold.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html
 */
import type { ShardFilter } from "../../wire/models/kinesis.gen.ts";
import { invalidArgument } from "./errors.ts";
import { horizonMs, type Shard } from "./shard.ts";
import type { Stream } from "./stream.ts";

export type { ShardFilter };

export function shardFilter(
  stream: Stream,
  filter: ShardFilter | undefined,
  nowMs: number,
): (shard: Shard) => boolean {
  checkFilter(filter);
  const horizon = Math.max(horizonMs(stream, nowMs), stream.createdMs);
  const atMs = Math.max(filter?.Timestamp?.getTime() ?? 0, horizon);
  switch (filter?.Type) {
    case "AT_LATEST":
      return ({ closedMs }) => closedMs === undefined;
    case "AT_TRIM_HORIZON":
      return openAt(horizon);
    case "AT_TIMESTAMP":
      return openAt(atMs);
    case "FROM_TIMESTAMP":
      return ({ closedMs }) => closedMs === undefined || closedMs >= atMs;
    default:
      return () => true;
  }
}

/** Shards that are closed when their children open took the records of that moment. */
function openAt(ms: number): (shard: Shard) => boolean {
  return ({ createdMs, closedMs, parent }) => {
    const hasBegun = parent === undefined ? createdMs <= ms : createdMs < ms;
    return hasBegun && (closedMs === undefined || closedMs >= ms);
  };
}

function checkFilter(filter: ShardFilter | undefined): void {
  const isTimed = filter?.Type === "AT_TIMESTAMP" || filter?.Type === "FROM_TIMESTAMP";
  if (isTimed !== (filter?.Timestamp !== undefined)) {
    throw invalidArgument(
      "Timestamp must be specified in ShardFilter if and only if its Type is AT_TIMESTAMP or " +
        "FROM_TIMESTAMP.",
    );
  }
  if ((filter?.Type === "AFTER_SHARD_ID") !== (filter?.ShardId !== undefined)) {
    throw invalidArgument(
      "ShardId must be specified in ShardFilter if and only if its Type is AFTER_SHARD_ID.",
    );
  }
}
