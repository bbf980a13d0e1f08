/**
 * The items of a table as they were at one moment, copied in steps while the table is written to.
 *
 * First the rows are copied as each is found; then the changes that were made since the moment are
 * undone in the copy, the latest first, up to the last one that the copying can have seen. What
 * counts for an item is the row before its first change, and that is what the undoing ends with.
 * So a snapshot blocks nobody, needs the change log of its table only from the moment on, and the
 * moment may lie in the past.
 *
 * | key                             | value                                        |
 * |---------------------------------|----------------------------------------------|
 * | `dynamodb`, `snapshot`, id      | `Snapshot`                                   |
 */
import type { Key } from "../../../base/ordered-key.ts";
import { type Collection, collection } from "../../../store/collection.ts";
import type { ReadTx, Timer, WriteTx } from "../../../store/store.ts";
import type { TimerHandler } from "../../service.ts";
import { keyOfItem } from "../item-key.ts";
import { BASE_INDEX, itemsKey } from "../keys.ts";
import { readItem, StoredItem } from "../stored-item.ts";
import { type Table, type TableRecord, tableOf } from "../table.ts";
import type { Tables } from "../tables.ts";
import { writeItem } from "../write-item.ts";
import { changesOf, type LoggedTable, pinChanges, unpinChanges } from "./change-log.ts";

export interface Snapshot {
  readonly source: LoggedTable;
  /** The table, or what looks like one, that gets the items. */
  readonly target: TableRecord;
  /** Changes from this id on are undone; `undefined`: the source does not change. */
  readonly momentId?: string | undefined;
  /** Copying: the last row that was copied. */
  readonly copied?: Key | undefined;
  /** Undoing: the last change that was undone, or the end of those to be. */
  readonly undone?: string | undefined;
  readonly completion: Completion;
}

/** What a snapshot is for. */
export interface Completion {
  readonly kind: "backup" | "restore" | "export";
  /** The ARN of the backup, table or export. */
  readonly arn: string;
}

export type Complete = (tx: WriteTx, completion: Completion) => void;

const snapshots: Collection<Snapshot> = collection("dynamodb", "snapshot");
const TIMER = "dynamodb.snapshot";

/** What a step handles. */
const STEP_ROWS_MAX = 200;
const STEP_BYTES_MAX: number = 4 * 1024 * 1024;

export function beginSnapshot(
  tx: WriteTx,
  tables: Tables,
  snapshot: Omit<Snapshot, "copied" | "undone">,
): void {
  const id = tx.orderedId();
  snapshots.put(tx, [id], snapshot);
  if (snapshot.momentId !== undefined) {
    pinChanges(tx, snapshot.source, id, snapshot.momentId);
    addCopying(tx, tables, snapshot.source, 1);
  }
  goOn(tx, id);
}

/** While something is copied from a table its changes are logged. */
function addCopying(
  tx: WriteTx,
  tables: Tables,
  { arn, number }: LoggedTable,
  difference: 1 | -1,
): void {
  const table = tables.findByArn(tx, arn);
  if (table?.record.number === number) {
    const { copying = 0, ...rest } = table.record;
    const count = copying + difference;
    tables.put(tx, count > 0 ? { ...rest, copying: count } : rest);
  }
}

function goOn(tx: WriteTx, id: string): void {
  tx.after({ dueMs: tx.nowMs, kind: TIMER, key: [id] });
}

export function snapshotTimers(
  tables: Tables,
  complete: Complete,
): Readonly<Record<string, TimerHandler>> {
  return {
    [TIMER]: (tx: WriteTx, timer: Timer) => {
      const [id] = timer.key as readonly [string];
      const snapshot = snapshots.get(tx, [id]);
      if (snapshot === undefined) {
        return;
      }
      const next = snapshot.undone === undefined ? copyStep(tx, snapshot) : undoStep(tx, snapshot);
      if (next !== undefined) {
        snapshots.put(tx, [id], next);
        goOn(tx, id);
        return;
      }
      snapshots.delete(tx, [id]);
      if (snapshot.momentId !== undefined) {
        unpinChanges(tx, snapshot.source.number, id);
        addCopying(tx, tables, snapshot.source, -1);
      }
      complete(tx, snapshot.completion);
    },
  };
}

/** `undefined`: the snapshot is complete. */
function copyStep(tx: WriteTx, snapshot: Snapshot): Snapshot | undefined {
  const target = tableOf(snapshot.target);
  const prefix = itemsKey(snapshot.source.number, BASE_INDEX);
  let [bytes, rows] = [0, 0];
  for (const entry of tx.range({ prefix, after: snapshot.copied, limit: STEP_ROWS_MAX })) {
    put(tx, target, new StoredItem(entry.value));
    bytes += entry.value.length;
    rows += 1;
    if (rows === STEP_ROWS_MAX || bytes >= STEP_BYTES_MAX) {
      return { ...snapshot, copied: entry.key };
    }
  }
  return snapshot.momentId === undefined ? undefined : { ...snapshot, undone: tx.orderedId() };
}

function undoStep(tx: WriteTx, snapshot: Snapshot): Snapshot | undefined {
  const { source, momentId: from = "", undone: before } = snapshot;
  const target = tableOf(snapshot.target);
  let [bytes, changes] = [0, 0];
  for (const { id, change } of changesOf(tx, source.number, { from, before, reverse: true })) {
    if (change.before !== undefined) {
      put(tx, target, new StoredItem(change.before));
    } else if (change.after !== undefined) {
      remove(tx, target, new StoredItem(change.after));
    }
    bytes += change.before?.length ?? 0;
    changes += 1;
    if (changes === STEP_ROWS_MAX || bytes >= STEP_BYTES_MAX) {
      return { ...snapshot, undone: id };
    }
  }
  return undefined;
}

function put(tx: WriteTx, target: Table, item: StoredItem): void {
  const key = keyOfItem(target, item.attributes);
  const { attributes, sizeBytes } = item;
  const after = { attributes, sizeBytes, bytes: Uint8Array.from(item.row) };
  writeItem(tx, target, { key, before: readItem(tx, key.row), after });
}

function remove(tx: WriteTx, target: Table, item: StoredItem): void {
  const key = keyOfItem(target, item.attributes);
  const before = readItem(tx, key.row);
  if (before !== undefined) {
    writeItem(tx, target, { key, before, after: undefined });
  }
}

/** Whether something is still being copied from these rows. */
export function isRead(tx: ReadTx, source: number): boolean {
  for (const { record } of snapshots.list(tx)) {
    if (record.source.number === source) {
      return true;
    }
  }
  return false;
}
