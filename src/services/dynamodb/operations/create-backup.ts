import type { Input, Output } from "../../../wire/operations.ts";
import { beginBackup, shownDetails } from "../backups/backup.ts";
import { tableForBackupNotFound } from "../backups/errors.ts";
import type { DynamoDbContext } from "../ports.ts";
import { tableIdOf } from "../table-id.ts";

/**
 * The backup is of this very moment, whatever is written while it is being made.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html
 */
export async function createBackup(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "CreateBackup">,
): Promise<Output<"dynamodb", "CreateBackup">> {
  const id = tableIdOf(ctx, input.TableName);
  return ctx.store.write((tx) => {
    const record = ctx.tables.find(tx, id)?.record;
    if (record === undefined || record.isCreating) {
      throw tableForBackupNotFound(id.name);
    }
    const backup = beginBackup(tx, ctx.tables, record, input.BackupName);
    return { BackupDetails: shownDetails(backup) };
  });
}
