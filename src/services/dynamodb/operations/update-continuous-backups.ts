import type { Input, Output } from "../../../wire/operations.ts";
import { armTrim } from "../backups/change-log.ts";
import { tableForBackupNotFound } from "../backups/errors.ts";
import { shownRecovery } from "../backups/recovery.ts";
import { validation } from "../errors.ts";
import type { DynamoDbContext } from "../ports.ts";
import type { TableRecord } from "../table.ts";
import { tableIdOf } from "../table-id.ts";

const PERIOD_DAYS_DEFAULT = 35;

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html */
export async function updateContinuousBackups(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "UpdateContinuousBackups">,
): Promise<Output<"dynamodb", "UpdateContinuousBackups">> {
  const { PointInTimeRecoveryEnabled: isWanted, RecoveryPeriodInDays: days } =
    input.PointInTimeRecoverySpecification;
  if (!isWanted && days !== undefined) {
    throw validation(
      "RecoveryPeriodInDays cannot be specified when PointInTimeRecoveryEnabled is false",
    );
  }
  const id = tableIdOf(ctx, input.TableName);
  return ctx.store.write((tx) => {
    const record = ctx.tables.find(tx, id)?.record;
    if (record === undefined) {
      throw tableForBackupNotFound(id.name);
    }
    const changed = isWanted ? enabled(record, tx.nowMs, days) : disabled(record);
    ctx.tables.put(tx, changed);
    armTrim(tx, changed);
    return { ContinuousBackupsDescription: shownRecovery(changed, tx.nowMs) };
  });
}

/** Enabled once more it keeps its window; enabled anew it begins one. */
function enabled(record: TableRecord, nowMs: number, days: number | undefined): TableRecord {
  const { recovery } = record;
  return {
    ...record,
    recovery: {
      sinceMs: recovery?.sinceMs ?? nowMs,
      days: days ?? recovery?.days ?? PERIOD_DAYS_DEFAULT,
    },
  };
}

function disabled(record: TableRecord): TableRecord {
  const { recovery: _, ...rest } = record;
  return rest;
}
