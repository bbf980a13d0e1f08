/**
 * Which regions a table has replicas in: created and deleted by UpdateTable, brought in line with
 * each other, filled with the items that were there.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables.tutorial.html
 */
import type { Key } from "../../../base/ordered-key.ts";
import type { Timer, WriteTx } from "../../../store/store.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { ReplicationGroupUpdate } from "../../../wire/models/dynamodb.gen.ts";
import type { TimerHandler } from "../../service.ts";
import { withoutWatchers } from "../backups/backup.ts";
import { invalidParameters, validation } from "../errors.ts";
import { keyOfItem } from "../item-key.ts";
import { clearLater } from "../jobs.ts";
import { BASE_INDEX, itemsKey } from "../keys.ts";
import { StoredItem } from "../stored-item.ts";
import { closeStream, openStream } from "../streams/open-stream.ts";
import type { ReplicaRecord, TableRecord } from "../table.ts";
import { tableArn } from "../table-id.ts";
import { nextTableNumber, type Tables } from "../tables.ts";
import { clearReplication, otherReplicas, putReplicated, sendQueued } from "./replication.ts";
import { versionOf } from "./replication-queue.ts";

const FILL_TIMER = "dynamodb.replica-fill";
interface FillPayload {
  /** The last row that was copied. */
  readonly after?: Key;
}

/** Rows that a step copies. */
const STEP_ROWS_MAX = 200;
const STEP_BYTES_MAX: number = 4 * 1024 * 1024;
/** Steps of replication that a deletion waits for: what is queued is sent before the queue goes. */
const LAST_STEPS_MAX = 100;

/** Carries out `ReplicaUpdates`; answers the table as it is then. */
export function changeReplicas(
  tx: WriteTx,
  tables: Tables,
  record: TableRecord,
  updates: readonly ReplicationGroupUpdate[],
): TableRecord {
  return updates.reduce((current, { Create, Update, Delete, Disassociate }) => {
    if (Create !== undefined) {
      const { RegionName: region, ...overrides } = Create;
      refuseOverrides(overrides);
      return createReplica(tx, tables, current, region);
    }
    if (Delete !== undefined) {
      return deleteReplica(tx, tables, current, Delete.RegionName);
    }
    const feature = Update === undefined ? Disassociate && "Disassociate" : "Update";
    throw notSupported("UpdateTable", `${feature ?? "an empty member"} of ReplicaUpdates`);
  }, record);
}

function refuseOverrides(overrides: object): void {
  const given = Object.entries(overrides).find(([, value]) => value !== undefined);
  if (given !== undefined) {
    throw notSupported("UpdateTable", `${given[0]} of ReplicaUpdates`);
  }
}

function createReplica(
  tx: WriteTx,
  tables: Tables,
  record: TableRecord,
  region: string,
): TableRecord {
  const { region: own, accountId } = placeOf(record);
  requireOther(own, region);
  const id = { accountId, region, name: record.name };
  if (tables.find(tx, id) !== undefined) {
    throw validation(
      `Failed to create a the new replica of table with name: '${record.name}' because one or ` +
        "more replicas already existed as tables.",
    );
  }
  if (record.stream?.isEnabled !== true || record.stream.viewType !== "NEW_AND_OLD_IMAGES") {
    throw invalidParameters(
      "Table must have a stream enabled with StreamViewType NEW_AND_OLD_IMAGES to add a replica",
    );
  }
  const known = record.replicas ?? [{ region: own }];
  const replicas: readonly ReplicaRecord[] = [...known, { region, isFilling: true }];
  const { restored: _, ...settings } = withoutWatchers(record);
  const made: TableRecord = {
    ...settings,
    ...(record.timeToLive !== undefined && { timeToLive: record.timeToLive }),
    number: nextTableNumber(tx),
    id: tx.random.uuid(),
    arn: tableArn(id),
    createdMs: tx.nowMs,
    isProtected: false,
    isCreating: true,
    replicas,
  };
  tables.put(tx, { ...made, stream: openStream(tx, made, "NEW_AND_OLD_IMAGES") });
  const changed = setReplicas(tx, tables, record, replicas);
  const payload: FillPayload = {};
  const key = [record.number, record.arn, region];
  tx.after({ dueMs: tx.nowMs, kind: FILL_TIMER, key, payload });
  return changed;
}

function deleteReplica(
  tx: WriteTx,
  tables: Tables,
  record: TableRecord,
  region: string,
): TableRecord {
  const { region: own, accountId } = placeOf(record);
  requireOther(own, region);
  const table = tables.find(tx, { accountId, region, name: record.name });
  if (table === undefined || record.replicas?.some((one) => one.region === region) !== true) {
    throw validation(
      `Update global table operation failed because one or more replicas were not part of the ` +
        `global table: ${region}.`,
    );
  }
  leaveGroup(tx, tables, table.record);
  tables.delete(tx, table.record);
  if (table.record.stream !== undefined) {
    closeStream(tx, table.record.stream);
  }
  clearLater(tx, table.record.number);
  return tables.findByArn(tx, record.arn)?.record ?? record;
}

/** A replica that is being deleted: what it has queued is sent, and the others go on without it. */
export function leaveGroup(tx: WriteTx, tables: Tables, record: TableRecord): void {
  const { region } = placeOf(record);
  for (let step = 0; step < LAST_STEPS_MAX && sendQueued(tx, tables, record); step += 1) {
    // Another step is left.
  }
  const left = (record.replicas ?? []).filter((replica) => replica.region !== region);
  for (const other of otherReplicas(tx, tables, record)) {
    setOwnReplicas(tx, tables, other.record, left);
  }
  clearReplication(tx, record);
}

/** Every replica knows of all. */
function setReplicas(
  tx: WriteTx,
  tables: Tables,
  record: TableRecord,
  replicas: readonly ReplicaRecord[],
): TableRecord {
  for (const other of otherReplicas(tx, tables, record)) {
    setOwnReplicas(tx, tables, other.record, replicas);
  }
  return setOwnReplicas(tx, tables, record, replicas);
}

/** One that is alone is a table like any other. */
function setOwnReplicas(
  tx: WriteTx,
  tables: Tables,
  record: TableRecord,
  replicas: readonly ReplicaRecord[],
): TableRecord {
  const { replicas: _, ...alone } = record;
  const changed = replicas.length > 1 ? { ...record, replicas } : alone;
  if (replicas.length <= 1) {
    clearReplication(tx, record);
  }
  tables.put(tx, changed);
  return changed;
}

/** Copies the items that were there before: those that arrived by replication are newer. */
function fillStep(tx: WriteTx, tables: Tables, timer: Timer): void {
  const [number, arn, region] = timer.key as readonly [number, string, string];
  const source = tables.findByArn(tx, arn)?.record;
  const { accountId } = source ? placeOf(source) : { accountId: "" };
  const target = source && tables.find(tx, { accountId, region, name: source.name });
  if (source?.number !== number || target?.record.isCreating !== true) {
    return;
  }
  const { after } = timer.payload as FillPayload;
  let [bytes, rows] = [0, 0];
  for (const entry of tx.range({
    prefix: itemsKey(number, BASE_INDEX),
    after,
    limit: STEP_ROWS_MAX,
  })) {
    const item = new StoredItem(entry.value);
    const key = keyOfItem(target, item.attributes);
    if (versionOf(tx, target, key) === undefined) {
      putReplicated(tx, target, key, item);
    }
    bytes += entry.value.length;
    rows += 1;
    if (rows === STEP_ROWS_MAX || bytes >= STEP_BYTES_MAX) {
      const payload: FillPayload = { after: entry.key };
      tx.after({ dueMs: tx.nowMs, kind: FILL_TIMER, key: timer.key, payload });
      return;
    }
  }
  endFill(tx, tables, target.record, region);
}

function endFill(tx: WriteTx, tables: Tables, record: TableRecord, region: string): void {
  const { isCreating: _, ...ready } = record;
  const replicas = (record.replicas ?? []).map((replica) =>
    replica.region === region ? { region } : replica,
  );
  setReplicas(tx, tables, ready, replicas);
}

export function replicaTimers(tables: Tables): Readonly<Record<string, TimerHandler>> {
  return { [FILL_TIMER]: (tx: WriteTx, timer: Timer) => fillStep(tx, tables, timer) };
}

function requireOther(own: string, region: string): void {
  if (own === region) {
    throw validation(
      "Cannot add, delete, or update the local region through ReplicaUpdates. " +
        "Use CreateTable, DeleteTable, or UpdateTable as required.",
    );
  }
}

function placeOf({ arn }: TableRecord): { readonly region: string; readonly accountId: string } {
  const [, , , region = "", accountId = ""] = arn.split(":");
  return { region, accountId };
}
