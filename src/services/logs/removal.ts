/** Removing events in slices: of deleted groups and streams, and of those over their retention. */
import type { Timer, WriteTx } from "../../store/store.ts";
import type { TimerHandler } from "../service.ts";
import { events, groups, metricFilters, streams, subscriptionFilters } from "./keys.ts";
import { REMOVED_PER_SLICE_MAX, RETENTION_PERIOD_MS_MIN, STREAMS_PER_SLICE_MAX } from "./limits.ts";
import { sizeBytes } from "./log-event.ts";
import { type LogGroup, type LogStream, putGroup, retainedFromMs } from "./log-group.ts";

export const GROUP_REMOVAL_TIMER = "logs.remove-group";
export const STREAM_REMOVAL_TIMER = "logs.remove-stream";
export const RETENTION_TIMER = "logs.retention";

export function removeGroup(tx: WriteTx, group: LogGroup): void {
  const { region, accountId, name } = group;
  stopRetention(tx, group);
  groups.delete(tx, [region, accountId, name]);
  metricFilters.clear(tx, { prefix: [group.id] });
  subscriptionFilters.clear(tx, { prefix: [group.id] });
  tx.after({ dueMs: tx.nowMs, kind: GROUP_REMOVAL_TIMER, key: [group.id] });
}

export function removeStream(tx: WriteTx, group: LogGroup, stream: LogStream): void {
  streams.delete(tx, [group.id, stream.name]);
  tx.after({ dueMs: tx.nowMs, kind: STREAM_REMOVAL_TIMER, key: [stream.id] });
}

function runGroupRemoval(tx: WriteTx, timer: Timer): void {
  const found = [...streams.list(tx, { prefix: timer.key, limit: STREAMS_PER_SLICE_MAX })];
  for (const { id, record } of found) {
    streams.delete(tx, id);
    tx.after({ dueMs: tx.nowMs, kind: STREAM_REMOVAL_TIMER, key: [record.id] });
  }
  if (found.length === STREAMS_PER_SLICE_MAX) {
    tx.after({ ...timer, dueMs: tx.nowMs });
  }
}

function runStreamRemoval(tx: WriteTx, timer: Timer): void {
  const removed = events.clear(tx, { prefix: timer.key, limit: REMOVED_PER_SLICE_MAX });
  if (removed === REMOVED_PER_SLICE_MAX) {
    tx.after({ ...timer, dueMs: tx.nowMs });
  }
}

export function changeRetention(
  tx: WriteTx,
  group: LogGroup,
  retentionDays: number | undefined,
): void {
  stopRetention(tx, group);
  if (retentionDays === undefined) {
    putGroup(tx, { ...group, retentionDays, retentionDueMs: undefined });
  } else {
    armRetention(tx, { ...group, retentionDays }, tx.nowMs);
  }
}

function stopRetention(tx: WriteTx, { region, accountId, name, retentionDueMs }: LogGroup): void {
  if (retentionDueMs !== undefined) {
    tx.cancel({ dueMs: retentionDueMs, kind: RETENTION_TIMER, key: [region, accountId, name] });
  }
}

function armRetention(tx: WriteTx, group: LogGroup, dueMs: number): void {
  const { region, accountId, name } = group;
  putGroup(tx, { ...group, retentionDueMs: dueMs });
  tx.after({ dueMs, kind: RETENTION_TIMER, key: [region, accountId, name] });
}

function runRetention(tx: WriteTx, timer: Timer): void {
  const group = groups.get(tx, timer.key);
  if (group?.retentionDueMs !== timer.dueMs) {
    return;
  }
  const fromMs = retainedFromMs(group, tx.nowMs);
  let room = REMOVED_PER_SLICE_MAX;
  let oldestMs = tx.nowMs;
  for (const { record } of streams.list(tx, { prefix: [group.id] })) {
    let stream = record;
    if (room > 0 && stream.times !== undefined && stream.times.firstEventMs < fromMs) {
      const removal = removeExpired(tx, group, stream, { fromMs, room });
      stream = removal.stream;
      room -= removal.count;
    }
    oldestMs = Math.min(oldestMs, stream.times?.firstEventMs ?? oldestMs);
  }
  const expiryMs = oldestMs + (tx.nowMs - fromMs);
  const nextMs = Math.max(expiryMs, tx.nowMs + RETENTION_PERIOD_MS_MIN);
  armRetention(tx, group, room === 0 ? tx.nowMs : nextMs);
}

/** Removes what fits into the slice. */
function removeExpired(
  tx: WriteTx,
  group: LogGroup,
  stream: LogStream,
  slice: { readonly fromMs: number; readonly room: number },
): { readonly stream: LogStream; readonly count: number } {
  const prefix = [stream.id];
  const until = [stream.id, slice.fromMs];
  const expired = [...events.list(tx, { prefix, until, limit: slice.room })];
  let { storedBytes } = stream;
  for (const { id, record } of expired) {
    events.delete(tx, id);
    storedBytes -= sizeBytes(record[1]);
  }
  const [first] = [...events.list(tx, { prefix, limit: 1 })];
  const times = first && stream.times && { ...stream.times, firstEventMs: first.id[1] as number };
  const left = { ...stream, storedBytes, times };
  streams.put(tx, [group.id, stream.name], left);
  return { stream: left, count: expired.length };
}

export const logsTimers: Readonly<Record<string, TimerHandler>> = {
  [GROUP_REMOVAL_TIMER]: runGroupRemoval,
  [STREAM_REMOVAL_TIMER]: runStreamRemoval,
  [RETENTION_TIMER]: runRetention,
};
