import type { Input, Output } from "../../../wire/operations.ts";
import { type Backup, backupKeyOf, backups, shownSummary } from "../backups/backup.ts";
import { backupNotFound } from "../backups/errors.ts";
import type { DynamoDbContext } from "../ports.ts";
import { tableIdOf } from "../table-id.ts";

const BACKUPS_PER_PAGE_MAX = 100;

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html */
export async function listBackups(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "ListBackups">,
): Promise<Output<"dynamodb", "ListBackups">> {
  const { ExclusiveStartBackupArn: start, Limit: limit = BACKUPS_PER_PAGE_MAX } = input;
  const after = start === undefined ? undefined : backupKeyOf(start);
  if (start !== undefined && after === undefined) {
    throw backupNotFound(start);
  }
  const scope = [ctx.accountId, ctx.region];
  const prefix =
    input.TableName === undefined ? scope : [...scope, tableIdOf(ctx, input.TableName).name];
  return ctx.store.read((tx) => {
    const page: Backup[] = [];
    for (const { record } of backups.list(tx, { prefix, after })) {
      if (!isWanted(record, input)) {
        continue;
      }
      if (page.length === limit) {
        return {
          BackupSummaries: page.map(shownSummary),
          LastEvaluatedBackupArn: page.at(-1)?.arn,
        };
      }
      page.push(record);
    }
    return { BackupSummaries: page.map(shownSummary) };
  });
}

/** The lower bound counts, the upper does not. */
function isWanted(backup: Backup, input: Input<"dynamodb", "ListBackups">): boolean {
  const { BackupType: type = "ALL", TimeRangeLowerBound: from, TimeRangeUpperBound: until } = input;
  return (
    (type === "ALL" || type === backup.type) &&
    (from === undefined || backup.createdMs >= from.getTime()) &&
    (until === undefined || backup.createdMs < until.getTime())
  );
}
