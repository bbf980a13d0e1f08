/**
 * Exports of tables to S3: what is kept of one, and how it is shown.
 *
 * | key                                                   | value                                |
 * |-------------------------------------------------------|--------------------------------------|
 * | `dynamodb`, `export`, account, region, table, id      | `TableExport`                        |
 * | `dynamodb`, `export-change`, number, digest, sort     | what became of an item (incremental) |
 *
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
 */
import type { Key } from "../../../base/ordered-key.ts";
import { type Collection, collection } from "../../../store/collection.ts";
import type { ReadTx, WriteTx } from "../../../store/store.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import type { ExportDescription, ExportSummary } from "../../../wire/models/dynamodb.gen.ts";
import type { TableRecord } from "../table.ts";
import { transferKeyOf } from "./transfer.ts";

export interface TableExport {
  readonly arn: string;
  readonly tableId: string;
  /** The table as it was when the export began. */
  readonly table: TableRecord;
  readonly status: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  readonly startedMs: number;
  readonly endedMs?: number | undefined;
  readonly scope: FullScope | IncrementalScope;
  readonly bucket: string;
  readonly bucketOwner?: string | undefined;
  readonly prefix?: string | undefined;
  readonly encryption?: string | undefined;
  readonly encryptionKey?: string | undefined;
  readonly token?: string | undefined;
  /** The number of the rows that are written out. */
  readonly rows: number;
  /** The last row that is in a file. */
  readonly written?: Key | undefined;
  readonly files: readonly DataFile[];
  readonly itemCount: number;
  readonly bytes: number;
  readonly failure?: { readonly code: string; readonly message: string } | undefined;
}

export interface FullScope {
  readonly kind: "FULL_EXPORT";
  readonly atMs: number;
}

export interface IncrementalScope {
  readonly kind: "INCREMENTAL_EXPORT";
  readonly fromMs: number;
  readonly toMs: number;
  readonly view: "NEW_IMAGE" | "NEW_AND_OLD_IMAGES";
  /** The last change that has been looked at; `undefined` from the first on. */
  readonly collected?: string | undefined;
  readonly isCollected?: boolean | undefined;
}

export interface DataFile {
  readonly key: string;
  readonly itemCount: number;
  /** Of the file as it is in S3. */
  readonly md5: string;
}

export const tableExports: Collection<TableExport> = collection("dynamodb", "export");

/** What became of an item in the time of an incremental export. */
export interface NetChange {
  readonly atMs: number;
  /** Rows of items. */
  readonly before?: Uint8Array | undefined;
  readonly after?: Uint8Array | undefined;
}

export function netChangesKey(number: number): Key {
  return ["dynamodb", "export-change", number];
}

export function putExport(tx: WriteTx, record: TableExport): void {
  tableExports.put(tx, transferKeyOf(record.arn, "export") ?? [], record);
}

export function findExport(tx: ReadTx, arn: string): TableExport | undefined {
  return tableExports.get(tx, transferKeyOf(arn, "export") ?? []);
}

export function existingExport(
  tx: ReadTx,
  scope: { readonly accountId: string; readonly region: string },
  arn: string,
): TableExport {
  const key = transferKeyOf(arn, "export");
  const isOwn = key?.[0] === scope.accountId && key[1] === scope.region;
  const found = isOwn ? findExport(tx, arn) : undefined;
  if (found === undefined) {
    throw new AwsError({ code: "ExportNotFoundException", message: `Export not found: ${arn}` });
  }
  return found;
}

/** The folder of an export in its bucket, without a slash. */
export function exportFolder(record: TableExport): string {
  const id = record.arn.split("/").at(-1);
  return `${record.prefix === undefined ? "" : `${record.prefix}/`}AWSDynamoDB/${id}`;
}

export function manifestKey(record: TableExport): string {
  return `${exportFolder(record)}/manifest-summary.json`;
}

export function shownExport(record: TableExport): ExportDescription {
  const { scope } = record;
  return {
    ExportArn: record.arn,
    ExportStatus: record.status,
    StartTime: new Date(record.startedMs),
    ...(record.endedMs !== undefined && { EndTime: new Date(record.endedMs) }),
    ...(record.status === "COMPLETED" && {
      ExportManifest: manifestKey(record),
      BilledSizeBytes: record.bytes,
      ItemCount: record.itemCount,
    }),
    TableArn: record.table.arn,
    TableId: record.tableId,
    ...(scope.kind === "FULL_EXPORT" && { ExportTime: new Date(scope.atMs) }),
    ...(record.token !== undefined && { ClientToken: record.token }),
    S3Bucket: record.bucket,
    ...(record.bucketOwner !== undefined && { S3BucketOwner: record.bucketOwner }),
    ...(record.prefix !== undefined && { S3Prefix: record.prefix }),
    S3SseAlgorithm: record.encryption ?? "AES256",
    ...(record.encryptionKey !== undefined && { S3SseKmsKeyId: record.encryptionKey }),
    ...(record.failure !== undefined && {
      FailureCode: record.failure.code,
      FailureMessage: record.failure.message,
    }),
    ExportFormat: "DYNAMODB_JSON",
    ExportType: scope.kind,
    ...(scope.kind === "INCREMENTAL_EXPORT" && {
      IncrementalExportSpecification: {
        ExportFromTime: new Date(scope.fromMs),
        ExportToTime: new Date(scope.toMs),
        ExportViewType: scope.view,
      },
    }),
  };
}

export function shownExportSummary({ arn, status, scope }: TableExport): ExportSummary {
  return { ExportArn: arn, ExportStatus: status, ExportType: scope.kind };
}
