/** Where reading begins, as GetShardIterator and SubscribeToShard are told. */
import { shardPlaceOf } from "../../store/sequence-number.ts";
import { orderedIdFrom } from "../../store/stamps.ts";
import type { ReadTx } from "../../store/store.ts";
import { invalidArgument } from "./errors.ts";
import { latestPosition, type ShardPosition } from "./reading.ts";
import { type Shard, shardIdOf } from "./shard.ts";
import type { Stream } from "./stream.ts";

export interface StartRequest {
  readonly operation: string;
  readonly type: string;
  readonly sequenceNumber?: string | undefined;
  readonly timestamp?: Date | undefined;
}

const BY_NUMBER: ReadonlySet<string> = new Set(["AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"]);

/** Throws AWS's errors for a request that contradicts itself, or a number of another shard. */
export function startPosition(
  tx: ReadTx,
  stream: Stream,
  shard: Shard,
  request: StartRequest,
): ShardPosition {
  checkMembers(request);
  switch (request.type) {
    case "LATEST":
      return latestPosition(tx, stream, shard.index);
    case "AT_TIMESTAMP":
      return { from: orderedIdFrom(timeOf(tx, request)) };
    case "AT_SEQUENCE_NUMBER":
      return { from: idOf(stream, shard, request) };
    case "AFTER_SEQUENCE_NUMBER":
      return { after: idOf(stream, shard, request) };
    default:
      return {};
  }
}

function checkMembers({ type, sequenceNumber, timestamp }: StartRequest): void {
  if (BY_NUMBER.has(type) !== (sequenceNumber !== undefined)) {
    throw invalidArgument(
      "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and " +
        "StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. " +
        `Request specified ${type} and ` +
        (sequenceNumber === undefined
          ? "no StartingSequenceNumber."
          : "also a StartingSequenceNumber."),
    );
  }
  if (type === "AT_TIMESTAMP" && timestamp === undefined) {
    throw invalidArgument("Must specify timestamp parameter for iterator of type AT_TIMESTAMP.");
  }
  if (type !== "AT_TIMESTAMP" && timestamp !== undefined) {
    throw invalidArgument(`Request specified ${type} and also a timestamp.`);
  }
}

function timeOf(tx: ReadTx, { timestamp }: StartRequest): number {
  const ms = timestamp?.getTime() ?? 0;
  if (ms > tx.nowMs) {
    throw invalidArgument(
      `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. ` +
        `timestampInMillis: ${ms}, currentTimestampInMillis: ${tx.nowMs}`,
    );
  }
  return ms;
}

function idOf(stream: Stream, shard: Shard, request: StartRequest): string {
  const { sequenceNumber = "", operation } = request;
  const place = shardPlaceOf(sequenceNumber);
  const about =
    `StartingSequenceNumber ${sequenceNumber} used in ${operation} on shard ` +
    `${shardIdOf(shard.index)} in stream ${stream.name} under account ${stream.accountId} is invalid`;
  if (place === undefined) {
    throw invalidArgument(`${about}.`);
  }
  if (place.shard !== shard.index) {
    throw invalidArgument(
      `Invalid StartingSequenceNumber. It encodes ${shardIdOf(place.shard)}, while it was used ` +
        `in a call to a shard with ${shardIdOf(shard.index)}`,
    );
  }
  const { startId, endId } = shard;
  if (place.orderedId < startId || (endId !== undefined && place.orderedId > endId)) {
    throw invalidArgument(`${about} because it did not come from this stream.`);
  }
  return place.orderedId;
}
