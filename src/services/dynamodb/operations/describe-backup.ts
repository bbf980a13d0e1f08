import type { Input, Output } from "../../../wire/operations.ts";
import { existingBackup, shownBackup } from "../backups/backup.ts";
import type { DynamoDbContext } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeBackup.html */
export async function describeBackup(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "DescribeBackup">,
): Promise<Output<"dynamodb", "DescribeBackup">> {
  const backup = await ctx.store.read((tx) => existingBackup(tx, ctx, input.BackupArn));
  return { BackupDescription: shownBackup(backup) };
}
