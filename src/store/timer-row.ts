/**
 * Timers as rows: `["timer", dueMs, kind, ...key]`, so that the earliest is the first.
 * The loop that runs them is in `timers.ts`.
 */
import type { Key } from "../base/ordered-key.ts";
import { decodeRecord, encodeRecord } from "./record.ts";
import type { Entry, Timer, TimerId } from "./store.ts";

export const TIMER_PREFIX: Key = ["timer"];

export function timerKey(timer: TimerId): Key {
  return [...TIMER_PREFIX, timer.dueMs, timer.kind, ...timer.key];
}

export function timerValue(timer: Timer): Uint8Array {
  return encodeRecord(timer.payload ?? null);
}

export function timerOf(entry: Entry): Timer {
  const [, dueMs, kind, ...key] = entry.key;
  return {
    dueMs: dueMs as number,
    kind: kind as string,
    key,
    payload: decodeRecord(entry.value),
  };
}
