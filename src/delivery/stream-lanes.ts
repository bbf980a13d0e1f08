/**
 * How many lanes a shard has can change. Other lanes have other keys, so all begin where the one
 * that was furthest behind had come to: records may be seen again, none is left out.
 */
import {
  laneKey,
  type StreamPosition,
  streamPositions,
  streamReadings,
} from "../outbox/stream-position.ts";
import type { WriteTx } from "../store/store.ts";
import { isBehind } from "./stream-batch.ts";

/** Positions in a stream that is gone say nothing of the one that has its name now. */
export function forgetEarlierStream(tx: WriteTx, mapping: string, madeMs: number): void {
  const reading = streamReadings.get(tx, [mapping]);
  if (reading === undefined || reading.madeMs === madeMs) {
    return;
  }
  if (reading.madeMs !== undefined) {
    streamPositions.clear(tx, { prefix: [mapping] });
  }
  streamReadings.put(tx, [mapping], { ...reading, madeMs });
}

export function reLane(tx: WriteTx, mapping: string, shardId: string, lanes: number): void {
  if (streamReadings.get(tx, [mapping]) === undefined) {
    return;
  }
  const prefix = [mapping, shardId];
  const rows = [...streamPositions.list(tx, { prefix })];
  const areOthers = rows.some(({ id }) => id[2] !== lanes);
  if (!areOthers) {
    return;
  }
  streamPositions.clear(tx, { prefix });
  const [, , lanesBefore] = rows[0]?.id ?? [];
  const isComplete = rows.length === lanesBefore;
  const after = isComplete ? furthestBehind(rows.map(({ record }) => record)) : undefined;
  const isClosed = isComplete && rows.every(({ record }) => record.isClosed === true);
  if (after === undefined && !isClosed) {
    return;
  }
  for (let lane = 0; lane < lanes; lane += 1) {
    const position: StreamPosition = {
      attempts: 0,
      ends: [],
      ...(after !== undefined && { after }),
      ...(isClosed && { isClosed }),
    };
    streamPositions.put(tx, laneKey(mapping, shardId, { lanes, lane }), position);
  }
}

/** `undefined` when one has not come anywhere. */
function furthestBehind(positions: readonly StreamPosition[]): string | undefined {
  let least: string | undefined;
  for (const { after } of positions) {
    if (after === undefined) {
      return undefined;
    }
    least = least === undefined || isBehind(least, after) ? after : least;
  }
  return least;
}
