/** Sends queued writes to the other replicas, and takes in those of others. */
import { decodeRecord } from "../../../store/record.ts";
import type { ReadTx, Timer, WriteTx } from "../../../store/store.ts";
import type { TimerHandler } from "../../service.ts";
import { type ItemKey, keyOfItem } from "../item-key.ts";
import { readItem, StoredItem } from "../stored-item.ts";
import type { Table, TableRecord } from "../table.ts";
import type { Tables } from "../tables.ts";
import { writeItem } from "../write-item.ts";
import {
  armReplication,
  queueKey,
  REPLICATION_TIMER,
  type Replicated,
  setVersion,
  versionOf,
} from "./replication-queue.ts";

const CLEAR_TIMER = "dynamodb.replicate-clear";
/** Writes that a step sends. */
const STEP_WRITES_MAX = 50;
const STEP_BYTES_MAX: number = 4 * 1024 * 1024;
const CLEAR_ROWS_MAX = 500;

/** The tables of the other regions. */
export function otherReplicas(
  tx: ReadTx,
  tables: Tables,
  { arn, name, replicas = [] }: TableRecord,
): readonly Table[] {
  const [, , , own, accountId = ""] = arn.split(":");
  return replicas
    .filter(({ region }) => region !== own)
    .flatMap(({ region }) => tables.find(tx, { accountId, region, name }) ?? []);
}

/** Sends what is queued, up to a bound; says whether more may be left. */
export function sendQueued(tx: WriteTx, tables: Tables, record: TableRecord): boolean {
  const others = otherReplicas(tx, tables, record);
  let [writes, bytes] = [0, 0];
  for (const entry of [...tx.range({ prefix: queueKey(record.number), limit: STEP_WRITES_MAX })]) {
    const version = entry.key.at(-1) as string;
    const row = decodeRecord<Replicated>(entry.value);
    for (const other of others) {
      receive(tx, other, row, version);
    }
    tx.delete(entry.key);
    writes += 1;
    bytes += entry.value.length;
    if (bytes >= STEP_BYTES_MAX) {
      return true;
    }
  }
  return writes === STEP_WRITES_MAX;
}

function receive(tx: WriteTx, table: Table, { before, after }: Replicated, version: string): void {
  const image = after ?? before;
  if (image === undefined) {
    return;
  }
  const item = new StoredItem(image);
  const key = keyOfItem(table, item.attributes);
  const known = versionOf(tx, table, key);
  if (known !== undefined && known >= version) {
    return;
  }
  setVersion(tx, table, key, version);
  putReplicated(tx, table, key, after === undefined ? undefined : item);
}

/** Writes to a replica what another has: nothing is sent on. */
export function putReplicated(
  tx: WriteTx,
  table: Table,
  key: ItemKey,
  item: StoredItem | undefined,
): void {
  const before = readItem(tx, key.row);
  if (item === undefined && before === undefined) {
    return;
  }
  const after = item && {
    attributes: item.attributes,
    sizeBytes: item.sizeBytes,
    bytes: Uint8Array.from(item.row),
  };
  writeItem(tx, table, { key, before, after, cause: "replication" });
}

/** Deletes, in steps, what is kept of a replica that is none any more. */
export function clearReplication(tx: WriteTx, { number }: TableRecord): void {
  tx.after({ dueMs: tx.nowMs, kind: CLEAR_TIMER, key: [number] });
}

export function replicationTimers(tables: Tables): Readonly<Record<string, TimerHandler>> {
  return {
    [REPLICATION_TIMER]: (tx: WriteTx, timer: Timer) => {
      const [number, arn] = timer.key as readonly [number, string];
      const record = tables.findByArn(tx, arn)?.record;
      if (record?.number === number && sendQueued(tx, tables, record)) {
        armReplication(tx, record);
      }
    },
    [CLEAR_TIMER]: (tx: WriteTx, timer: Timer) => {
      const [number] = timer.key as readonly [number];
      const rows =
        tx.clearRange({ prefix: ["dynamodb", "version", number], limit: CLEAR_ROWS_MAX }) +
        tx.clearRange({ prefix: queueKey(number), limit: CLEAR_ROWS_MAX });
      if (rows > 0) {
        tx.after({ dueMs: tx.nowMs, kind: CLEAR_TIMER, key: timer.key });
      }
    },
  };
}
