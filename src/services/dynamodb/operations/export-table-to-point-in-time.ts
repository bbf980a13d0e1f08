import { orderedIdFrom } from "../../../store/stamps.ts";
import type { WriteTx } from "../../../store/store.ts";
import { AwsError, notSupported } from "../../../wire/aws-error.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { timedId, withoutWatchers } from "../backups/backup.ts";
import { pinChanges } from "../backups/change-log.ts";
import { recoveryUnavailable, tableForBackupNotFound } from "../backups/errors.ts";
import { recoveryWindow } from "../backups/recovery.ts";
import { beginSnapshot } from "../backups/snapshot.ts";
import { validation } from "../errors.ts";
import type { DynamoDbContext } from "../ports.ts";
import type { TableRecord } from "../table.ts";
import { tableIdOf } from "../table-id.ts";
import { nextTableNumber } from "../tables.ts";
import {
  type FullScope,
  type IncrementalScope,
  putExport,
  shownExport,
  type TableExport,
  tableExports,
} from "../transfers/export.ts";
import { startExportJob } from "../transfers/export-job.ts";

type ExportInput = Input<"dynamodb", "ExportTableToPointInTime">;

const INCREMENT_MS_MIN: number = 15 * 60 * 1000;
const INCREMENT_MS_MAX: number = 24 * 60 * 60 * 1000;
const TOKEN_LIFETIME_MS: number = 8 * 60 * 60 * 1000;

/**
 * Exports what the table held at one moment, or what changed between two.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html
 */
export async function exportTableToPointInTime(
  ctx: DynamoDbContext,
  input: ExportInput,
): Promise<Output<"dynamodb", "ExportTableToPointInTime">> {
  refuseUnsupported(input);
  const id = tableIdOf(ctx, input.TableArn);
  return ctx.store.write((tx) => {
    const record = ctx.tables.find(tx, id)?.record;
    if (record === undefined) {
      throw tableForBackupNotFound(id.name);
    }
    const known = knownExport(tx, ctx, input);
    if (known !== undefined) {
      return { ExportDescription: shownExport(known) };
    }
    const scope = scopeOf(record, input, tx.nowMs);
    const made = newExport(tx, record, scope, input);
    putExport(tx, made);
    begin(tx, ctx, record, made);
    return { ExportDescription: shownExport(made) };
  });
}

function refuseUnsupported(input: ExportInput): void {
  if (input.ExportFormat !== undefined && input.ExportFormat !== "DYNAMODB_JSON") {
    throw notSupported("ExportTableToPointInTime", `ExportFormat ${input.ExportFormat}`);
  }
  if (input.FilterSpecification !== undefined) {
    throw notSupported("ExportTableToPointInTime", "FilterSpecification");
  }
}

function scopeOf(
  record: TableRecord,
  input: ExportInput,
  nowMs: number,
): FullScope | IncrementalScope {
  const window = recoveryWindow(record, nowMs);
  if (window === undefined) {
    throw recoveryUnavailable(record.name);
  }
  const earliestMs = Math.floor(window.earliestMs / 1000) * 1000;
  const isOutside = (ms: number): boolean => ms < earliestMs || ms > nowMs;
  const specification = input.IncrementalExportSpecification;
  if (input.ExportType !== "INCREMENTAL_EXPORT") {
    const atMs = input.ExportTime?.getTime() ?? nowMs;
    if (isOutside(atMs)) {
      throw invalidExportTime();
    }
    return { kind: "FULL_EXPORT", atMs: Math.max(atMs, window.earliestMs) };
  }
  const fromMs = specification?.ExportFromTime?.getTime();
  const toMs = specification?.ExportToTime?.getTime() ?? nowMs;
  if (fromMs === undefined) {
    throw validation("IncrementalExportSpecification requires ExportFromTime");
  }
  if (isOutside(fromMs) || isOutside(toMs)) {
    throw invalidExportTime();
  }
  if (toMs - fromMs < INCREMENT_MS_MIN || toMs - fromMs > INCREMENT_MS_MAX) {
    throw validation(
      "The time between ExportFromTime and ExportToTime must be at least 15 minutes " +
        "and at most 24 hours",
    );
  }
  const view = specification?.ExportViewType === "NEW_IMAGE" ? "NEW_IMAGE" : "NEW_AND_OLD_IMAGES";
  return { kind: "INCREMENTAL_EXPORT", fromMs, toMs, view };
}

function invalidExportTime(): AwsError {
  return new AwsError({
    code: "InvalidExportTimeException",
    message: "The specified ExportTime is outside of the point in time recovery window.",
  });
}

function newExport(
  tx: WriteTx,
  record: TableRecord,
  scope: TableExport["scope"],
  input: ExportInput,
): TableExport {
  return {
    arn: `${record.arn}/export/${timedId(tx)}`,
    tableId: record.id,
    table: withoutWatchers(record),
    status: "IN_PROGRESS",
    startedMs: tx.nowMs,
    scope,
    bucket: input.S3Bucket,
    bucketOwner: input.S3BucketOwner,
    prefix: input.S3Prefix,
    encryption: input.S3SseAlgorithm,
    encryptionKey: input.S3SseKmsKeyId,
    token: input.ClientToken,
    rows: nextTableNumber(tx),
    files: [],
    itemCount: 0,
    bytes: 0,
  };
}

function begin(
  tx: WriteTx,
  { tables }: DynamoDbContext,
  { number, arn }: TableRecord,
  made: TableExport,
): void {
  const { scope } = made;
  if (scope.kind === "INCREMENTAL_EXPORT") {
    pinChanges(tx, { number, arn }, made.arn, orderedIdFrom(scope.fromMs));
    startExportJob(tx, made.arn);
    return;
  }
  beginSnapshot(tx, tables, {
    source: { number, arn },
    target: { ...made.table, number: made.rows, indexes: [] },
    momentId: scope.atMs === tx.nowMs ? tx.orderedId() : orderedIdFrom(scope.atMs + 1),
    completion: { kind: "export", arn: made.arn },
  });
}

/** The export that the same request has begun. */
function knownExport(
  tx: WriteTx,
  ctx: DynamoDbContext,
  input: ExportInput,
): TableExport | undefined {
  const { ClientToken: token } = input;
  if (token === undefined) {
    return undefined;
  }
  const { accountId, region, name } = tableIdOf(ctx, input.TableArn);
  for (const { record } of tableExports.list(tx, { prefix: [accountId, region, name] })) {
    if (record.token === token && tx.nowMs - record.startedMs < TOKEN_LIFETIME_MS) {
      if (record.bucket !== input.S3Bucket || record.prefix !== input.S3Prefix) {
        throw new AwsError({
          code: "ExportConflictException",
          message: "There was a conflict when writing to the specified S3 bucket.",
        });
      }
      return record;
    }
  }
  return undefined;
}
