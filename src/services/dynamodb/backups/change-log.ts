/**
 * The changes of a table's items, with the rows before and after each: what makes it possible to go
 * back. Kept for tables with point-in-time recovery, and for others while something copies them.
 *
 * | key                                          | value                                         |
 * |----------------------------------------------|-----------------------------------------------|
 * | `dynamodb`, `change`, table, ordered id      | `Change`                                      |
 * | `dynamodb`, `change-pin`, table, reader      | the id of the first change a reader must see  |
 */
import type { Key } from "../../../base/ordered-key.ts";
import { type Collection, collection } from "../../../store/collection.ts";
import { decodeRecord, encodeRecord } from "../../../store/record.ts";
import { orderedIdFrom } from "../../../store/stamps.ts";
import type { ReadTx, Timer, WriteTx } from "../../../store/store.ts";
import type { TimerHandler } from "../../service.ts";
import type { TableRecord } from "../table.ts";
import type { Tables } from "../tables.ts";

export interface Change {
  readonly atMs: number;
  /** Rows of items; at least one is there. */
  readonly before?: Uint8Array | undefined;
  readonly after?: Uint8Array | undefined;
}

const pins: Collection<string> = collection("dynamodb", "change-pin");

const TRIM_TIMER = "dynamodb.change-trim";
const TRIM_INTERVAL_MS: number = 60 * 60 * 1000;
/** Changes that a step deletes. */
const STEP_CHANGES_MAX = 200;
export const DAY_MS: number = 24 * 60 * 60 * 1000;

function changesKey(table: number): Key {
  return ["dynamodb", "change", table];
}

export function appendChange(tx: WriteTx, table: number, change: Omit<Change, "atMs">): void {
  const { before, after } = change;
  const row: Change = {
    atMs: tx.nowMs,
    ...(before && { before }),
    ...(after && { after }),
  };
  tx.set([...changesKey(table), tx.orderedId()], encodeRecord(row));
}

export type LoggedTable = Pick<TableRecord, "number" | "arn">;

export interface Logged {
  readonly id: string;
  readonly change: Change;
}

/** The changes from one id on, up to another, in either direction. */
export function* changesOf(
  tx: ReadTx,
  table: number,
  range: {
    readonly from: string;
    readonly before?: string | undefined;
    readonly after?: string | undefined;
    readonly reverse?: boolean;
  },
): Iterable<Logged> {
  const prefix = changesKey(table);
  const { from, before, after, reverse } = range;
  const until = before === undefined ? undefined : [...prefix, before];
  const behind = after === undefined ? undefined : [...prefix, after];
  for (const entry of tx.range({
    prefix,
    from: [...prefix, from],
    until,
    after: behind,
    reverse,
  })) {
    yield { id: entry.key.at(-1) as string, change: decodeRecord<Change>(entry.value) };
  }
}

/** Keeps the changes from this id on until the reader lets go. */
export function pinChanges(tx: WriteTx, table: LoggedTable, reader: string, fromId: string): void {
  pins.put(tx, [table.number, reader], fromId);
  armTrim(tx, table);
}

export function unpinChanges(tx: WriteTx, table: number, reader: string): void {
  pins.delete(tx, [table, reader]);
}

/** From now on changes that nobody needs any more are deleted every hour. */
export function armTrim(
  tx: WriteTx,
  { number, arn }: LoggedTable,
  dueMs: number = nextHourMs(tx.nowMs),
): void {
  tx.after({ dueMs, kind: TRIM_TIMER, key: [number, arn] });
}

/** Timers armed within one hour are one timer. */
function nextHourMs(nowMs: number): number {
  return (Math.floor(nowMs / TRIM_INTERVAL_MS) + 1) * TRIM_INTERVAL_MS;
}

/** A table that is gone, or not logged any more, leaves nothing behind but what is pinned. */
export function changeLogTimers(tables: Tables): Readonly<Record<string, TimerHandler>> {
  return {
    [TRIM_TIMER]: (tx: WriteTx, timer: Timer) => {
      const [number, arn] = timer.key as readonly [number, string];
      const record = tables.findByArn(tx, arn)?.record;
      const untilId = firstNeeded(tx, number, record?.number === number ? record : undefined);
      const prefix = changesKey(number);
      const until = untilId === undefined ? undefined : [...prefix, untilId];
      if (tx.clearRange({ prefix, until, limit: STEP_CHANGES_MAX }) === STEP_CHANGES_MAX) {
        armTrim(tx, { number, arn }, tx.nowMs);
      } else if (untilId !== undefined) {
        armTrim(tx, { number, arn });
      }
    },
  };
}

/** `undefined`: no change is needed. */
function firstNeeded(
  tx: ReadTx,
  table: number,
  record: TableRecord | undefined,
): string | undefined {
  const needed = [...pins.list(tx, { prefix: [table] })].map(({ record: id }) => id);
  if (record?.recovery !== undefined) {
    needed.push(orderedIdFrom(tx.nowMs - record.recovery.days * DAY_MS));
  }
  return needed.sort()[0];
}
