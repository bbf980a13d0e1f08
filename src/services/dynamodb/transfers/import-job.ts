/**
 * The job that reads an import: objects one after the other, their lines in batches. Each batch is
 * a transaction that also notes how far it has come, so nothing is imported twice after a crash and
 * nothing is left out. Lines that are no items of the table are counted as errors.
 */
import type { Attributes } from "../../../languages/dynamodb/attribute-value.ts";
import { ExpressionError } from "../../../languages/dynamodb/expression-error.ts";
import { addJob, type JobKind } from "../../../outbox/job.ts";
import type { Store, WriteTx } from "../../../store/store.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import { requireIndexKeys } from "../index-entry.ts";
import { keyOfItem } from "../item-key.ts";
import { readItem } from "../stored-item.ts";
import type { Table } from "../table.ts";
import type { Tables } from "../tables.ts";
import { newItem, writeItem } from "../write-item.ts";
import type { TransferPorts } from "./export-job.ts";
import { findImport, putImport, type TableImport } from "./import.ts";
import { delimiterOf, fieldsOf, itemOfFields, itemOfLine, linesOf } from "./import-lines.ts";
import { keysUnder, openObject } from "./objects.ts";

export const IMPORT_JOB = "dynamodb.import";

/** Lines that one transaction takes. */
const BATCH_LINES_MAX = 100;
const BATCH_LENGTH_MAX: number = 2 * 1024 * 1024;

export interface ImportPorts extends TransferPorts {
  readonly tables: Tables;
}

export function startImportJob(tx: WriteTx, arn: string): void {
  addJob(tx, { kind: IMPORT_JOB, lane: arn, body: { arn } });
}

export function importJobs(ports: ImportPorts): JobKind<{ readonly arn: string }> {
  return {
    laneConcurrencyMax: 1,
    async attempt({ body: { arn } }) {
      try {
        await readImport(ports, arn);
        await finish(ports, arn, undefined);
      } catch (error) {
        const failure = failureOf(error);
        if (failure === undefined) {
          throw error;
        }
        await finish(ports, arn, failure);
      }
      return { kind: "delivered", detail: undefined };
    },
  };
}

/** What is wrong with the input; anything else is a bug, and the job is tried again. */
function failureOf(error: unknown): TableImport["failure"] {
  if (error instanceof AwsError) {
    const isOfS3 = error.code !== "ValidationException";
    return { code: isOfS3 ? `S3${error.code}` : error.code, message: error.message };
  }
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return typeof code === "string" && code.startsWith("Z_")
    ? { code: "InvalidCompression", message: String(message) }
    : undefined;
}

async function readImport(ports: ImportPorts, arn: string): Promise<void> {
  for (;;) {
    const record = await ports.store.read((tx) => findImport(tx, arn));
    if (record?.status !== "IN_PROGRESS") {
      return;
    }
    const [key] = await keysUnder(
      ports.dispatcher,
      placeOf(record, record.prefix ?? ""),
      record.object,
    );
    if (key === undefined) {
      return;
    }
    await readObject(ports, record, key);
  }
}

function placeOf({ arn, bucket }: TableImport, key: string) {
  const [, , , region = "", accountId = ""] = arn.split(":");
  return { caller: { accountId, region }, bucket, key };
}

async function readObject(ports: ImportPorts, record: TableImport, key: string): Promise<void> {
  const body = await openObject(ports.dispatcher, placeOf(record, key));
  const isCsv = record.format === "CSV";
  const lines = linesOf(body, { isGzipped: record.compression === "GZIP", isQuoting: isCsv });
  let headers = isCsv ? record.headers : undefined;
  let [seen, batch, length]: [number, string[], number] = [0, [], 0];
  for await (const line of lines) {
    if (isCsv && headers === undefined) {
      headers = fieldsOf(line, delimiterOf(record));
      continue;
    }
    seen += 1;
    if (seen <= record.lines) {
      continue;
    }
    batch.push(line);
    length += line.length;
    if (batch.length === BATCH_LINES_MAX || length >= BATCH_LENGTH_MAX) {
      const taken = batch;
      await ports.store.write((tx) =>
        takeLines(tx, ports.tables, record.arn, { lines: taken, headers }),
      );
      [batch, length] = [[], 0];
    }
  }
  await ports.store.write((tx) => {
    takeLines(tx, ports.tables, record.arn, { lines: batch, headers });
    const done = findImport(tx, record.arn);
    if (done !== undefined) {
      putImport(tx, { ...done, object: key, lines: 0 });
    }
  });
}

interface Lines {
  readonly lines: readonly string[];
  readonly headers: readonly string[] | undefined;
}

function takeLines(tx: WriteTx, tables: Tables, arn: string, { lines, headers }: Lines): void {
  const record = findImport(tx, arn);
  const table = record && tables.findByArn(tx, record.tableArn);
  if (record === undefined || table === undefined) {
    return;
  }
  let [imported, errors, bytes, processed] = [0, 0, 0, 0];
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (line.trim() === "") {
      continue;
    }
    processed += 1;
    try {
      putLine(tx, table, itemOf(record, table, line, headers));
      imported += 1;
    } catch (error) {
      if (!isFaultOfLine(error)) {
        throw error;
      }
      errors += 1;
    }
  }
  putImport(tx, {
    ...record,
    lines: record.lines + lines.length,
    processedBytes: record.processedBytes + bytes,
    processedItems: record.processedItems + processed,
    importedItems: record.importedItems + imported,
    errors: record.errors + errors,
  });
}

function itemOf(
  record: TableImport,
  table: Table,
  line: string,
  headers: readonly string[] | undefined,
): Attributes {
  return record.format === "CSV"
    ? itemOfFields(table.record, headers ?? [], fieldsOf(line, delimiterOf(record)))
    : itemOfLine(line);
}

function putLine(tx: WriteTx, table: Table, attributes: Attributes): void {
  const key = keyOfItem(table, attributes);
  requireIndexKeys(table, attributes);
  const after = newItem(attributes);
  writeItem(tx, table, { key, before: readItem(tx, key.row), after });
}

function isFaultOfLine(error: unknown): boolean {
  return (
    error instanceof AwsError || error instanceof ExpressionError || error instanceof SyntaxError
  );
}

/** A table whose import failed stays, with what is in it. */
async function finish(
  { store, tables }: { readonly store: Store; readonly tables: Tables },
  arn: string,
  failure: TableImport["failure"],
): Promise<void> {
  await store.write((tx) => {
    const record = findImport(tx, arn);
    if (record?.status !== "IN_PROGRESS") {
      return;
    }
    const status = failure === undefined ? "COMPLETED" : "FAILED";
    putImport(tx, { ...record, status, endedMs: tx.nowMs, failure });
    const table = tables.findByArn(tx, record.tableArn);
    if (table !== undefined) {
      const { isCreating: _, ...ready } = table.record;
      tables.put(tx, ready);
    }
  });
}
