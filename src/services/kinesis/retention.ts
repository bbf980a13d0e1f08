/**
 * Records go when they are older than the retention period: readers see them no more at once, a
 * timer deletes them in steps, and the closed shards that are left without any. A stream that holds
 * nothing has no timer. Deleted streams are emptied the same way.
 */

import { orderedIdFrom } from "../../store/stamps.ts";
import type { ReadTx, Timer, WriteTx } from "../../store/store.ts";
import type { TimerHandler } from "../service.ts";
import { recordsKey, shards, streams } from "./keys.ts";
import { HOUR_MS } from "./limits.ts";
import { horizonMs, type Shard } from "./shard.ts";
import type { Stream } from "./stream.ts";

const TRIM_TIMER = "kinesis.trim";
const CLEAR_TIMER = "kinesis.clear";
/** Records that a step deletes. */
const STEP_RECORDS_MAX = 500;

/** Records whose id sorts in front of it are too old. */
export function horizonId(stream: Stream, nowMs: number): string {
  return orderedIdFrom(horizonMs(stream, nowMs) + 1);
}

/** On the hour, so that a stream has one timer however often it is armed. */
export function armTrim(tx: WriteTx, stream: Stream, oldestMs: number): void {
  const dueMs = Math.max(oldestMs + stream.retentionHours * HOUR_MS, tx.nowMs);
  tx.after({
    dueMs: hourBehind(dueMs),
    kind: TRIM_TIMER,
    key: keyOf(stream),
    payload: stream.number,
  });
}

function hourBehind(ms: number): number {
  return (Math.floor(ms / HOUR_MS) + 1) * HOUR_MS;
}

function keyOf({ region, accountId, name }: Stream): readonly [string, string, string] {
  return [region, accountId, name];
}

function trim(tx: WriteTx, timer: Timer): void {
  const stream = streams.get(tx, timer.key);
  if (stream === undefined || stream.number !== timer.payload) {
    return;
  }
  const all = [...shards.list(tx, { prefix: [stream.number] })].map(({ record }) => record);
  const horizon = horizonId(stream, tx.nowMs);
  let left = STEP_RECORDS_MAX;
  for (const { index } of all) {
    const prefix = recordsKey(stream.number, index);
    left -= tx.clearRange({ prefix, until: [...prefix, horizon], limit: left });
    if (left === 0) {
      tx.after({ ...timer, dueMs: tx.nowMs });
      return;
    }
  }
  const kept = all.filter(({ closedMs }) => (closedMs ?? tx.nowMs) >= horizonMs(stream, tx.nowMs));
  for (const { index } of all.filter((shard) => !kept.includes(shard))) {
    shards.delete(tx, [stream.number, index]);
  }
  const oldestMs = oldest(tx, stream, kept);
  if (oldestMs === undefined) {
    streams.put(tx, timer.key, { ...stream, isTrimmed: false });
  } else {
    armTrim(tx, stream, oldestMs);
  }
}

/** When the first of what is left came to be. */
function oldest(tx: ReadTx, stream: Stream, left: readonly Shard[]): number | undefined {
  const times = left.flatMap(({ index, closedMs }) => {
    const [first] = tx.range({ prefix: recordsKey(stream.number, index), limit: 1 });
    const id = first?.key.at(-1);
    return [closedMs, typeof id === "string" ? timeOfId(id) : undefined];
  });
  return times.reduce((a, b) => (a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)));
}

/** Ordered ids begin with their time. */
function timeOfId(orderedId: string): number {
  return Number.parseInt(orderedId.slice(0, orderedIdFrom(0).length), 32);
}

/** Deletes what a stream that is gone leaves behind, soon. */
export function clearLater(tx: WriteTx, stream: Stream): void {
  shards.clear(tx, { prefix: [stream.number] });
  tx.after({ dueMs: tx.nowMs, kind: CLEAR_TIMER, key: [stream.number] });
}

function clear(tx: WriteTx, timer: Timer): void {
  const prefix = ["kinesis", "record", ...timer.key];
  if (tx.clearRange({ prefix, limit: STEP_RECORDS_MAX }) === STEP_RECORDS_MAX) {
    tx.after({ ...timer, dueMs: tx.nowMs });
  }
}

export const retentionTimers: Readonly<Record<string, TimerHandler>> = {
  [TRIM_TIMER]: trim,
  [CLEAR_TIMER]: clear,
};
