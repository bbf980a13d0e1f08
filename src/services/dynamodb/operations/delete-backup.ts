import type { Input, Output } from "../../../wire/operations.ts";
import { deleteBackupRows, existingBackup, shownBackup } from "../backups/backup.ts";
import { backupInUse } from "../backups/errors.ts";
import { isRead } from "../backups/snapshot.ts";
import type { DynamoDbContext } from "../ports.ts";

/**
 * A backup that a table is being restored from stays until that is done.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteBackup.html
 */
export async function deleteBackup(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "DeleteBackup">,
): Promise<Output<"dynamodb", "DeleteBackup">> {
  return ctx.store.write((tx) => {
    const backup = existingBackup(tx, ctx, input.BackupArn);
    if (backup.status === "CREATING" || isRead(tx, backup.items.number)) {
      throw backupInUse(backup.arn);
    }
    deleteBackupRows(tx, backup);
    const shown = shownBackup(backup);
    const BackupDetails = shown.BackupDetails && {
      ...shown.BackupDetails,
      BackupStatus: "DELETED",
    };
    return { BackupDescription: { ...shown, BackupDetails } };
  });
}
