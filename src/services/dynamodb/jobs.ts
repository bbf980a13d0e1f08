/**
 * Work on all rows of a table or index, in steps: each is a timer that does a bounded part and, when
 * rows are left, arms the next.
 *
 * | job    | does                                                                       |
 * |--------|----------------------------------------------------------------------------|
 * | clear  | deletes rows of a deleted table or index, which nobody can see any more      |
 * | fill   | enters the items a table had before an index was created                     |
 * | expire | arms the timers of items that a table had before time to live was enabled    |
 */
import type { Key } from "../../base/ordered-key.ts";
import type { ReadTx, Timer, WriteTx } from "../../store/store.ts";
import type { TimerHandler } from "../service.ts";
import { entryOf } from "./index-entry.ts";
import { keyOfItem } from "./item-key.ts";
import { BASE_INDEX, itemsKey } from "./keys.ts";
import { StoredItem } from "./stored-item.ts";
import type { Index, Table } from "./table.ts";
import { clearSizes } from "./table-size.ts";
import type { Tables } from "./tables.ts";
import { armExpiry, expiryMs } from "./time-to-live.ts";
import { addEntry } from "./write-item.ts";

const CLEAR_TIMER = "dynamodb.clear";
const FILL_TIMER = "dynamodb.fill";
const EXPIRE_TIMER = "dynamodb.expire";

/** Rows that a step handles. */
const STEP_ROWS_MAX = 200;

/** Deletes the rows of a table, or of one of its indexes, soon. */
export function clearLater(tx: WriteTx, table: number, index?: number): void {
  clearSizes(tx, table, index);
  const key = index === undefined ? [table] : [table, index];
  tx.after({ dueMs: tx.nowMs, kind: CLEAR_TIMER, key });
}

const clearStep: TimerHandler = (tx, timer) => {
  const prefix: Key = ["dynamodb", "item", ...timer.key];
  if (tx.clearRange({ prefix, limit: STEP_ROWS_MAX }) === STEP_ROWS_MAX) {
    tx.after({ dueMs: tx.nowMs, kind: CLEAR_TIMER, key: timer.key });
  }
};

/** What a job on the items of a table goes by. */
interface JobPayload {
  readonly arn: string;
  /** The key of the last row that was handled. */
  readonly after?: Key;
}

/** Enters the items of a table into a new index; says whether that is done already. */
export function fillIndex(tx: WriteTx, table: Table, index: Index, after?: Key): boolean {
  return step(tx, table, {
    kind: FILL_TIMER,
    key: [table.record.number, index.number],
    after,
    visit: (item) => {
      const entry = entryOf(table, index, item.attributes);
      if (entry !== undefined && tx.get(entry.row) === undefined) {
        addEntry(tx, table, index, entry);
      }
    },
  });
}

/** Arms the timers of the items that expire. */
export function armExpiries(tx: WriteTx, table: Table, after?: Key): void {
  const { number, timeToLive } = table.record;
  if (timeToLive === undefined) {
    return;
  }
  step(tx, table, {
    kind: EXPIRE_TIMER,
    key: [number],
    after,
    visit: (item) => {
      const dueMs = expiryMs(item.attributes, timeToLive, tx.nowMs);
      if (dueMs !== undefined) {
        armExpiry(tx, table, keyOfItem(table, item.attributes), dueMs);
      }
    },
  });
}

interface Step {
  readonly kind: string;
  readonly key: Key;
  readonly after: Key | undefined;
  readonly visit: (item: StoredItem) => void;
}

/** Whether no row is left. */
function step(tx: WriteTx, table: Table, { kind, key, after, visit }: Step): boolean {
  const prefix = itemsKey(table.record.number, BASE_INDEX);
  const entries = [...tx.range({ prefix, after, limit: STEP_ROWS_MAX })];
  for (const entry of entries) {
    visit(new StoredItem(entry.value));
  }
  const last = entries.at(-1);
  if (entries.length < STEP_ROWS_MAX || last === undefined) {
    return true;
  }
  const payload: JobPayload = { arn: table.record.arn, after: last.key };
  tx.after({ dueMs: tx.nowMs, kind, key, payload });
  return false;
}

/** The table that a job was started for, unless it is gone. */
function tableOfJob(tx: ReadTx, tables: Tables, timer: Timer): Table | undefined {
  const table = tables.findByArn(tx, (timer.payload as JobPayload).arn);
  return table?.record.number === timer.key[0] ? table : undefined;
}

export function jobTimers(tables: Tables): Readonly<Record<string, TimerHandler>> {
  return {
    [CLEAR_TIMER]: clearStep,
    [FILL_TIMER]: (tx, timer) => {
      const table = tableOfJob(tx, tables, timer);
      const index = table?.indexes.find(({ number }) => number === timer.key[1]);
      const { after } = timer.payload as JobPayload;
      if (table !== undefined && index !== undefined && fillIndex(tx, table, index, after)) {
        endFill(tx, tables, table, index);
      }
    },
    [EXPIRE_TIMER]: (tx, timer) => {
      const table = tableOfJob(tx, tables, timer);
      if (table !== undefined) {
        armExpiries(tx, table, (timer.payload as JobPayload).after);
      }
    },
  };
}

function endFill(tx: WriteTx, tables: Tables, table: Table, index: Index): void {
  const indexes = table.record.indexes.map((record) => {
    const { isFilling: _, ...filled } = record;
    return record.number === index.number ? filled : record;
  });
  tables.put(tx, { ...table.record, indexes });
}
