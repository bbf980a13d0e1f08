/** When the events of an archive have been kept long enough. */
import type { TimerId, WriteTx } from "../../../store/store.ts";
import type { Archive } from "./archive.ts";

export const RETENTION_TIMER = "events.retention";

const DAY_MS = 24 * 60 * 60_000;

/** An event that came in at this time, or before, is no longer kept. */
export function expiredThroughMs(archive: Archive, nowMs: number): number {
  return archive.retentionDays === 0
    ? Number.NEGATIVE_INFINITY
    : nowMs - archive.retentionDays * DAY_MS;
}

/** The archive with a timer for the event that came in first; there is one timer at most. */
export function armRetention(
  tx: WriteTx,
  archive: Archive,
  firstArrivalMs: number | undefined,
): Archive {
  if (archive.retentionDueMs !== undefined) {
    return archive;
  }
  if (archive.retentionDays === 0 || firstArrivalMs === undefined) {
    return archive;
  }
  const dueMs = firstArrivalMs + archive.retentionDays * DAY_MS;
  tx.after(timerOf(archive, dueMs));
  return { ...archive, retentionDueMs: dueMs };
}

export function disarmRetention(tx: WriteTx, archive: Archive): Archive {
  if (archive.retentionDueMs !== undefined) {
    tx.cancel(timerOf(archive, archive.retentionDueMs));
  }
  return { ...archive, retentionDueMs: undefined };
}

function timerOf({ accountId, region, name, id }: Archive, dueMs: number): TimerId {
  return { dueMs, kind: RETENTION_TIMER, key: [accountId, region, name, id] };
}
