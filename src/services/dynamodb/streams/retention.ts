/**
 * Records are kept for 24 h. Readers see no older one (`horizonId`); a timer for each stream deletes
 * them in steps, and the stream itself when it was closed that long ago.
 */
import { orderedIdFrom } from "../../../store/stamps.ts";
import type { Timer, WriteTx } from "../../../store/store.ts";
import type { TimerHandler } from "../../service.ts";
import { type Stream, streamKeyOf, streams } from "./stream.ts";
import { recordsKey } from "./stream-record.ts";

export const RETENTION_MS: number = 24 * 60 * 60 * 1000;

const TRIM_TIMER = "dynamodb.stream-trim";
const TRIM_INTERVAL_MS: number = 60 * 60 * 1000;
/** Records that a step deletes. */
const STEP_RECORDS_MAX = 500;

/** Records whose id sorts in front of it have been trimmed. */
export function horizonId(nowMs: number): string {
  return orderedIdFrom(nowMs - RETENTION_MS + 1);
}

export function armTrim(tx: WriteTx, arn: string, nowMs: number): void {
  tx.after({ dueMs: nowMs + TRIM_INTERVAL_MS, kind: TRIM_TIMER, key: [arn] });
}

function trim(tx: WriteTx, timer: Timer): void {
  const [arn] = timer.key as readonly [string];
  const key = streamKeyOf(arn);
  const stream = key && streams.get(tx, key);
  if (key === undefined || stream === undefined) {
    return;
  }
  if (trimRecords(tx, stream) === STEP_RECORDS_MAX) {
    tx.after({ dueMs: tx.nowMs, kind: TRIM_TIMER, key: [arn] });
  } else if (stream.endId !== undefined && stream.endId < horizonId(tx.nowMs)) {
    streams.delete(tx, key);
  } else {
    armTrim(tx, arn, tx.nowMs);
  }
}

function trimRecords(tx: WriteTx, stream: Stream): number {
  const horizon = horizonId(tx.nowMs);
  let count = 0;
  for (let shard = 0; shard < stream.shardIds.length && count < STEP_RECORDS_MAX; shard += 1) {
    const prefix = recordsKey(stream.number, shard);
    count += tx.clearRange({
      prefix,
      until: [...prefix, horizon],
      limit: STEP_RECORDS_MAX - count,
    });
  }
  return count;
}

export const streamTimers: Readonly<Record<string, TimerHandler>> = { [TRIM_TIMER]: trim };
