/** Removing archived events: those kept long enough, and those of a deleted archive, in slices. */
import type { WriteTx } from "../../../store/store.ts";
import type { TimerHandler } from "../../service.ts";
import { type Archive, archivedEvents, arrivals, findArchive, putArchive } from "./archive.ts";
import { armRetention, expiredThroughMs, RETENTION_TIMER } from "./retention.ts";

export const REMOVAL_TIMER = "events.archive-removal";

/** Events removed in one transaction. */
const SLICE_MAX = 500;

export const archiveTimers: Readonly<Record<string, TimerHandler>> = {
  [RETENTION_TIMER](tx, timer) {
    const [accountId = "", region = "", name = "", id] = timer.key.map(String);
    const archive = findArchive(tx, { accountId, region, name });
    if (archive?.id === id && archive?.retentionDueMs === timer.dueMs) {
      putArchive(tx, withoutExpired(tx, archive));
    }
  },
  [REMOVAL_TIMER](tx, timer) {
    const [id = "", slice] = timer.key;
    const removed = archivedEvents.clear(tx, { prefix: [id], limit: SLICE_MAX });
    arrivals.clear(tx, { prefix: [id], limit: SLICE_MAX });
    if (removed === SLICE_MAX) {
      removeEvents(tx, String(id), Number(slice) + 1);
    }
  },
};

/** Begins to remove all events of an archive that is gone. */
export function removeEvents(tx: WriteTx, archiveId: string, slice = 0): void {
  tx.after({ dueMs: tx.nowMs, kind: REMOVAL_TIMER, key: [archiveId, slice] });
}

function withoutExpired(tx: WriteTx, archive: Archive): Archive {
  const throughMs = expiredThroughMs(archive, tx.nowMs);
  let { eventCount, sizeBytes } = archive;
  let removed = 0;
  let nextArrivalMs: number | undefined;
  const range = { prefix: [archive.id], limit: SLICE_MAX + 1 };
  for (const { id, record: timeMs } of [...arrivals.list(tx, range)]) {
    const [, arrivalMs, sequence] = id as readonly [string, number, string];
    if (arrivalMs > throughMs || removed === SLICE_MAX) {
      nextArrivalMs = arrivalMs;
      break;
    }
    const key = [archive.id, timeMs, sequence];
    sizeBytes -= Buffer.byteLength(archivedEvents.get(tx, key)?.text ?? "");
    eventCount -= 1;
    removed += 1;
    archivedEvents.delete(tx, key);
    arrivals.delete(tx, id);
  }
  const left = { ...archive, eventCount, sizeBytes, retentionDueMs: undefined };
  return armRetention(tx, left, nextArrivalMs);
}
