/**
 * How far event source mappings have read their streams.
 *
 * | key                                       | value             |
 * |-------------------------------------------|-------------------|
 * | `stream-position`, mapping                | `StreamReading`   |
 * | `stream-position`, mapping, shard, lanes, lane | `StreamPosition` |
 *
 * Lambda writes the first row when it makes a mapping, and deletes all of them with it; the pollers
 * move the others, in the transaction of what follows from an outcome. A poller that finds the first
 * row gone writes nothing any more.
 */
import type { Key } from "../base/ordered-key.ts";
import { type Collection, collection } from "../store/collection.ts";

/** Where a mapping begins to read, fixed in the transaction that makes it. */
export interface StreamReading {
  readonly start: "TRIM_HORIZON" | "LATEST" | "AT_TIMESTAMP";
  /** Everything written before the mapping sorts in front of it, everything else behind. */
  readonly bornSequence: string;
  /** Of AT_TIMESTAMP. */
  readonly timestampMs?: number | undefined;
  /** When the stream was made that the positions are in, where streams are made again by name. */
  readonly madeMs?: number | undefined;
  /** `OK`, or what is wrong, as the mapping shows it. */
  readonly lastResult?: string | undefined;
}

export interface StreamPosition {
  /** The last record that is done with. */
  readonly after?: string | undefined;
  /** Invocations that failed with the batch that comes next. */
  readonly attempts: number;
  /** Where the batch that is tried again ends, and where the parts end it was split from. */
  readonly ends: readonly string[];
  /** The shard has been read to its end. */
  readonly isClosed?: boolean | undefined;
  readonly window?: StreamWindow | undefined;
}

/** A tumbling window that is open. */
export interface StreamWindow {
  readonly startMs: number;
  readonly endMs: number;
  /** JSON: what the function returned last. */
  readonly state: string;
  /** The state is larger than a window may keep: what comes next ends the window early. */
  readonly isOverfull?: boolean | undefined;
}

export const streamReadings: Collection<StreamReading> = collection("stream-position");
export const streamPositions: Collection<StreamPosition> = collection("stream-position");

/** A lane among all lanes of a shard: which records are its own depends on how many there are. */
export function laneKey(
  mapping: string,
  shardId: string,
  place: { readonly lanes: number; readonly lane: number },
): Key {
  return [mapping, shardId, place.lanes, place.lane];
}
