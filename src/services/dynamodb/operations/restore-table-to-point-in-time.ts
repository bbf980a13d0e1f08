import { orderedIdFrom } from "../../../store/stamps.ts";
import { notSupported } from "../../../wire/aws-error.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import {
  invalidRestoreTime,
  recoveryUnavailable,
  tableForBackupNotFound,
} from "../backups/errors.ts";
import { recoveryWindow } from "../backups/recovery.ts";
import { beginRestore } from "../backups/restore.ts";
import { describeRecord } from "../describe-table.ts";
import { validation } from "../errors.ts";
import type { DynamoDbContext } from "../ports.ts";
import type { TableRecord } from "../table.ts";
import { type TableId, tableIdOf } from "../table-id.ts";

type RestoreInput = Input<"dynamodb", "RestoreTableToPointInTime">;

/**
 * Every write up to the moment is in the new table, none after it.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html
 */
export async function restoreTableToPointInTime(
  ctx: DynamoDbContext,
  input: RestoreInput,
): Promise<Output<"dynamodb", "RestoreTableToPointInTime">> {
  if (input.VectorIndexOverride !== undefined) {
    throw notSupported("RestoreTableToPointInTime", "VectorIndexOverride");
  }
  const id = sourceOf(ctx, input);
  return ctx.store.write((tx) => {
    const record = ctx.tables.find(tx, id)?.record;
    if (record === undefined) {
      throw tableForBackupNotFound(id.name);
    }
    const momentMs = momentOf(record, input, tx.nowMs);
    const source = {
      record,
      snapshot: {
        source: { number: record.number, arn: record.arn },
        momentId: momentMs === tx.nowMs ? tx.orderedId() : orderedIdFrom(momentMs + 1),
      },
      restoredMs: momentMs,
    };
    return { TableDescription: describeRecord(tx, beginRestore(tx, ctx, source, input)) };
  });
}

function sourceOf(ctx: DynamoDbContext, input: RestoreInput): TableId {
  const nameOrArn = input.SourceTableArn ?? input.SourceTableName;
  if (nameOrArn === undefined) {
    throw validation("Either SourceTableArn or SourceTableName must be specified");
  }
  return tableIdOf(ctx, nameOrArn);
}

function momentOf(record: TableRecord, input: RestoreInput, nowMs: number): number {
  const { UseLatestRestorableTime: isLatest, RestoreDateTime: moment } = input;
  const window = recoveryWindow(record, nowMs);
  if (window === undefined) {
    throw recoveryUnavailable(record.name);
  }
  if ((isLatest === true) === (moment !== undefined)) {
    throw validation(
      "One of RestoreDateTime and UseLatestRestorableTime must be specified, and not both",
    );
  }
  const momentMs = moment?.getTime() ?? window.latestMs;
  // Times of requests are whole seconds: the second in which recovery was enabled counts.
  if (momentMs < Math.floor(window.earliestMs / 1000) * 1000 || momentMs > window.latestMs) {
    throw invalidRestoreTime();
  }
  return Math.max(momentMs, window.earliestMs);
}
