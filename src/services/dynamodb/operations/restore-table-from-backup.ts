import { notSupported } from "../../../wire/aws-error.ts";
import type { Input, Output } from "../../../wire/operations.ts";
import { existingBackup } from "../backups/backup.ts";
import { backupInUse } from "../backups/errors.ts";
import { beginRestore } from "../backups/restore.ts";
import { describeRecord } from "../describe-table.ts";
import type { DynamoDbContext } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableFromBackup.html */
export async function restoreTableFromBackup(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "RestoreTableFromBackup">,
): Promise<Output<"dynamodb", "RestoreTableFromBackup">> {
  if (input.VectorIndexOverride !== undefined) {
    throw notSupported("RestoreTableFromBackup", "VectorIndexOverride");
  }
  return ctx.store.write((tx) => {
    const backup = existingBackup(tx, ctx, input.BackupArn);
    if (backup.status !== "AVAILABLE") {
      throw backupInUse(backup.arn);
    }
    const source = {
      record: backup.items,
      snapshot: { source: { number: backup.items.number, arn: backup.items.arn } },
      restoredMs: backup.createdMs,
      backupArn: backup.arn,
    };
    return { TableDescription: describeRecord(tx, beginRestore(tx, ctx, source, input)) };
  });
}
