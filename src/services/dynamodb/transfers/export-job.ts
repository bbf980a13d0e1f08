/**
 * The job that writes an export: rows become gzipped files of JSON lines, and at the end a manifest
 * names them. Each file is a step: written to S3, then noted in the export's row. A step that is
 * done again after a crash writes the same file once more.
 */
import { hash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Key } from "../../../base/ordered-key.ts";
import type { Dispatcher } from "../../../outbox/dispatcher.ts";
import { addJob, type JobKind } from "../../../outbox/job.ts";
import type { Clock } from "../../../platform/clock.ts";
import { decodeRecord, encodeRecord } from "../../../store/record.ts";
import { orderedIdFrom } from "../../../store/stamps.ts";
import type { ReadTx, Store, WriteTx } from "../../../store/store.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import { changesOf, unpinChanges } from "../backups/change-log.ts";
import { keyOfItem } from "../item-key.ts";
import { clearLater } from "../jobs.ts";
import { BASE_INDEX, itemsKey } from "../keys.ts";
import { StoredItem } from "../stored-item.ts";
import { tableOf } from "../table.ts";
import {
  exportFolder,
  findExport,
  type NetChange,
  netChangesKey,
  putExport,
  type TableExport,
} from "./export.ts";
import { exportLine, netChangeLine } from "./export-lines.ts";
import { manifestFiles } from "./export-manifest.ts";
import { putText } from "./objects.ts";

export const EXPORT_JOB = "dynamodb.export";

/** What a file holds, before it is compressed. */
const FILE_ROWS_MAX = 10_000;
const FILE_BYTES_MAX: number = 16 * 1024 * 1024;
/** Changes that one transaction looks at. */
const COLLECT_MAX = 200;
const CLEAR_MAX = 500;

export interface TransferPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly dispatcher: Dispatcher;
}

export function startExportJob(tx: WriteTx, arn: string): void {
  addJob(tx, { kind: EXPORT_JOB, lane: arn, body: { arn } });
}

export function exportJobs(ports: TransferPorts): JobKind<{ readonly arn: string }> {
  return {
    laneConcurrencyMax: 1,
    async attempt({ body: { arn } }) {
      try {
        await writeExport(ports, arn);
      } catch (error) {
        if (!(error instanceof AwsError)) {
          throw error;
        }
        const { code, message } = error;
        await finish(ports.store, arn, { code: `S3${code}`, message });
      }
      return { kind: "delivered", detail: undefined };
    },
  };
}

async function writeExport(ports: TransferPorts, arn: string): Promise<void> {
  const { store } = ports;
  while (await store.write((tx) => collectStep(tx, arn))) {
    // Another step of changes is left.
  }
  for (;;) {
    const next = await store.read((tx) => nextFile(tx, arn));
    if (next === undefined) {
      return;
    }
    const { record, lines, last } = next;
    if (last === undefined) {
      await writeManifest(ports, record);
      await finish(store, arn, undefined);
      return;
    }
    const body = gzipSync(Buffer.from(lines.join("")));
    const key = dataKey(record);
    await putText(ports.dispatcher, placeOf(record, key), body);
    const file = { key, itemCount: lines.length, md5: hash("md5", body, "base64") };
    await store.write((tx) =>
      putExport(tx, {
        ...record,
        written: last,
        files: [...record.files, file],
        itemCount: record.itemCount + lines.length,
        bytes: record.bytes + lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0),
      }),
    );
  }
}

/** Names of files are made of the export and their number, so that a step done again finds its own. */
function dataKey(record: TableExport): string {
  const name = hash("sha256", `${record.arn}/${record.files.length}`).slice(0, 26);
  return `${exportFolder(record)}/data/${name}.json.gz`;
}

function placeOf({ arn, bucket }: TableExport, key: string) {
  const [, , , region = "", accountId = ""] = arn.split(":");
  return { caller: { accountId, region }, bucket, key };
}

interface NextFile {
  readonly record: TableExport;
  readonly lines: readonly string[];
  /** `undefined`: everything is written. */
  readonly last: Key | undefined;
}

function nextFile(tx: ReadTx, arn: string): NextFile | undefined {
  const record = findExport(tx, arn);
  if (record?.status !== "IN_PROGRESS") {
    return undefined;
  }
  const { scope, rows, written: after } = record;
  const prefix = scope.kind === "FULL_EXPORT" ? itemsKey(rows, BASE_INDEX) : netChangesKey(rows);
  const lines: string[] = [];
  let [last, bytes]: [Key | undefined, number] = [undefined, 0];
  for (const entry of tx.range({ prefix, after, limit: FILE_ROWS_MAX })) {
    const line =
      scope.kind === "FULL_EXPORT"
        ? exportLine(new StoredItem(entry.value))
        : netChangeLine(record.table, decodeRecord<NetChange>(entry.value), scope.view);
    lines.push(line);
    last = entry.key;
    bytes += line.length;
    if (bytes >= FILE_BYTES_MAX) {
      break;
    }
  }
  return { record, lines, last };
}

/** Brings the changes of each item together; says whether more are left. */
function collectStep(tx: WriteTx, arn: string): boolean {
  const record = findExport(tx, arn);
  const scope = record?.scope;
  if (record === undefined || scope?.kind !== "INCREMENTAL_EXPORT" || scope.isCollected) {
    return false;
  }
  const table = tableOf(record.table);
  let [count, collected] = [0, scope.collected];
  const range = {
    from: orderedIdFrom(scope.fromMs),
    before: orderedIdFrom(scope.toMs),
    after: collected,
  };
  for (const { id, change } of changesOf(tx, record.table.number, range)) {
    const image = change.after ?? change.before;
    if (image !== undefined) {
      const { row } = keyOfItem(table, new StoredItem(image).attributes);
      const key = [...netChangesKey(record.rows), ...row.slice(itemsKey(0, 0).length)];
      const known = tx.get(key);
      const before = known === undefined ? change.before : decodeRecord<NetChange>(known).before;
      const { after, atMs } = change;
      tx.set(key, encodeRecord({ atMs, ...(before && { before }), ...(after && { after }) }));
    }
    collected = id;
    count += 1;
    if (count === COLLECT_MAX) {
      break;
    }
  }
  const isCollected = count < COLLECT_MAX;
  putExport(tx, { ...record, scope: { ...scope, collected, isCollected } });
  return !isCollected;
}

async function writeManifest(
  { dispatcher, clock }: TransferPorts,
  record: TableExport,
): Promise<void> {
  for (const { key, body } of manifestFiles(record, clock.nowMs())) {
    await putText(dispatcher, placeOf(record, key), Buffer.from(body));
  }
}

async function finish(store: Store, arn: string, failure: TableExport["failure"]): Promise<void> {
  const record = await store.write((tx) => {
    const found = findExport(tx, arn);
    if (found?.status !== "IN_PROGRESS") {
      return undefined;
    }
    const status = failure === undefined ? "COMPLETED" : "FAILED";
    putExport(tx, { ...found, status, endedMs: tx.nowMs, failure });
    unpinChanges(tx, found.table.number, arn);
    if (found.scope.kind === "FULL_EXPORT") {
      clearLater(tx, found.rows);
    }
    return found;
  });
  const prefix = record && netChangesKey(record.rows);
  while (prefix && (await store.write((tx) => tx.clearRange({ prefix, limit: CLEAR_MAX }))) > 0) {
    // Another step of rows is left.
  }
}
