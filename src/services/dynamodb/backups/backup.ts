/**
 * Backups: a table's record and its items at one moment.
 *
 * | key                                                   | value     |
 * |-------------------------------------------------------|-----------|
 * | `dynamodb`, `backup`, account, region, table, id      | `Backup`  |
 *
 * The items are rows like those of a table, under the number of `items`. The system's backup of a
 * deleted table takes over the rows of the table as they are.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/backuprestore_HowItWorks.html
 */
import type { Key } from "../../../base/ordered-key.ts";
import { type Collection, collection } from "../../../store/collection.ts";
import type { ReadTx, Timer, WriteTx } from "../../../store/store.ts";
import type {
  BackupDescription,
  BackupDetails,
  BackupSummary,
} from "../../../wire/models/dynamodb.gen.ts";
import type { TimerHandler } from "../../service.ts";
import { indexInfos, keySchemaOf } from "../describe-table.ts";
import { clearLater } from "../jobs.ts";
import { BASE_INDEX } from "../keys.ts";
import type { TableRecord } from "../table.ts";
import { sizeOf, type TableSize } from "../table-size.ts";
import { nextTableNumber, type Tables } from "../tables.ts";
import { DAY_MS } from "./change-log.ts";
import { backupNotFound } from "./errors.ts";
import { beginSnapshot } from "./snapshot.ts";

export interface Backup {
  readonly arn: string;
  readonly name: string;
  readonly type: "USER" | "SYSTEM";
  readonly status: "CREATING" | "AVAILABLE";
  readonly createdMs: number;
  readonly expiresMs?: number | undefined;
  /** The table as it was, under the number that its items have here. */
  readonly items: TableRecord;
  readonly size: TableSize;
}

export const backups: Collection<Backup> = collection("dynamodb", "backup");

/** How long the backup of a deleted table is kept. */
const SYSTEM_BACKUP_DAYS = 35;
const EXPIRY_TIMER = "dynamodb.backup-expiry";

export function backupKeyOf(arn: string): Key | undefined {
  const match =
    /^arn:[^:]+:dynamodb:([^:]+):(\d{12}):table\/([^/]{1,255})\/backup\/([^/]{1,64})$/.exec(arn);
  const [, region, accountId, table, id] = match ?? [];
  return region === undefined || !accountId || !table || !id
    ? undefined
    : [accountId, region, table, id];
}

export function existingBackup(
  tx: ReadTx,
  scope: { readonly accountId: string; readonly region: string },
  arn: string,
): Backup {
  const key = backupKeyOf(arn);
  const isOwn = key?.[0] === scope.accountId && key[1] === scope.region;
  const backup = isOwn && key ? backups.get(tx, key) : undefined;
  if (backup === undefined) {
    throw backupNotFound(arn);
  }
  return backup;
}

export function putBackup(tx: WriteTx, backup: Backup): void {
  backups.put(tx, backupKeyOf(backup.arn) ?? [], backup);
}

/** What is in the table now; the copying follows. */
export function beginBackup(
  tx: WriteTx,
  tables: Tables,
  record: TableRecord,
  name: string,
): Backup {
  const arn = newBackupArn(tx, record);
  const backup: Backup = {
    arn,
    name,
    type: "USER",
    status: "CREATING",
    createdMs: tx.nowMs,
    items: withoutWatchers({ ...record, number: nextTableNumber(tx) }),
    size: sizeOf(tx, record.number, BASE_INDEX),
  };
  putBackup(tx, backup);
  beginSnapshot(tx, tables, {
    source: { number: record.number, arn: record.arn },
    target: { ...backup.items, indexes: [] },
    momentId: tx.orderedId(),
    completion: { kind: "backup", arn },
  });
  return backup;
}

/** The rows of a table that is being deleted become those of its last backup. */
export function keepAsBackup(tx: WriteTx, record: TableRecord): void {
  for (const { number } of record.indexes) {
    clearLater(tx, record.number, number);
  }
  const arn = newBackupArn(tx, record);
  const expiresMs = tx.nowMs + SYSTEM_BACKUP_DAYS * DAY_MS;
  putBackup(tx, {
    arn,
    name: `${record.name}$DeletedTableBackup`,
    type: "SYSTEM",
    status: "AVAILABLE",
    createdMs: tx.nowMs,
    expiresMs,
    items: withoutWatchers(record),
    size: sizeOf(tx, record.number, BASE_INDEX),
  });
  tx.after({ dueMs: expiresMs, kind: EXPIRY_TIMER, key: [arn] });
}

/** Settings that a copy does not have: nothing follows from writing to it. */
export function withoutWatchers(record: TableRecord): TableRecord {
  const {
    stream: _,
    recovery: __,
    copying: ___,
    timeToLive: ____,
    replicas: _____,
    ...rest
  } = record;
  return rest;
}

export function deleteBackupRows(tx: WriteTx, backup: Backup): void {
  backups.delete(tx, backupKeyOf(backup.arn) ?? []);
  clearLater(tx, backup.items.number);
}

export const backupTimers: Readonly<Record<string, TimerHandler>> = {
  [EXPIRY_TIMER]: (tx: WriteTx, timer: Timer) => {
    const backup = backups.get(tx, backupKeyOf(String(timer.key[0])) ?? []);
    if (backup !== undefined) {
      deleteBackupRows(tx, backup);
    }
  },
};

function newBackupArn(tx: WriteTx, record: TableRecord): string {
  return `${record.arn}/backup/${timedId(tx)}`;
}

/** As AWS names backups and exports: `01489602797149-73d8d5bc`. */
export function timedId(tx: WriteTx): string {
  const chance = Math.floor(tx.random.next() * 16 ** 8).toString(16);
  return `${String(tx.nowMs).padStart(14, "0")}-${chance.padStart(8, "0")}`;
}

export function shownDetails(backup: Backup): BackupDetails {
  return {
    BackupArn: backup.arn,
    BackupName: backup.name,
    BackupStatus: backup.status,
    BackupType: backup.type,
    BackupCreationDateTime: new Date(backup.createdMs),
    BackupSizeBytes: backup.size.bytes,
    ...(backup.expiresMs !== undefined && { BackupExpiryDateTime: new Date(backup.expiresMs) }),
  };
}

export function shownBackup(backup: Backup): BackupDescription {
  const { items: table, size } = backup;
  const { readUnits = 0, writeUnits = 0 } = table.throughput ?? {};
  return {
    BackupDetails: shownDetails(backup),
    SourceTableDetails: {
      TableName: table.name,
      TableId: table.id,
      TableArn: table.arn,
      TableSizeBytes: size.bytes,
      KeySchema: keySchemaOf(table),
      TableCreationDateTime: new Date(table.createdMs),
      ProvisionedThroughput: { ReadCapacityUnits: readUnits, WriteCapacityUnits: writeUnits },
      ItemCount: size.items,
      BillingMode: table.billing,
    },
    SourceTableFeatureDetails: indexInfos(table),
  };
}

export function shownSummary(backup: Backup): BackupSummary {
  const { items: table } = backup;
  return {
    ...shownDetails(backup),
    TableName: table.name,
    TableId: table.id,
    TableArn: table.arn,
  };
}
