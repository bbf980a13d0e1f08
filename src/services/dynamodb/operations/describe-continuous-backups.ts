import type { Input, Output } from "../../../wire/operations.ts";
import { tableForBackupNotFound } from "../backups/errors.ts";
import { shownRecovery } from "../backups/recovery.ts";
import type { DynamoDbContext } from "../ports.ts";
import { tableIdOf } from "../table-id.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html */
export async function describeContinuousBackups(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "DescribeContinuousBackups">,
): Promise<Output<"dynamodb", "DescribeContinuousBackups">> {
  const id = tableIdOf(ctx, input.TableName);
  return ctx.store.read((tx) => {
    const record = ctx.tables.find(tx, id)?.record;
    if (record === undefined) {
      throw tableForBackupNotFound(id.name);
    }
    return { ContinuousBackupsDescription: shownRecovery(record, tx.nowMs) };
  });
}
