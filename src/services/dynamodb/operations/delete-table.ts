import type { Input, Output } from "../../../wire/operations.ts";
import { keepAsBackup } from "../backups/backup.ts";
import { isRead } from "../backups/snapshot.ts";
import { describeRecord } from "../describe-table.ts";
import { tableBeingCopied, tableBeingCreated, validation } from "../errors.ts";
import { clearLater } from "../jobs.ts";
import type { DynamoDbContext } from "../ports.ts";
import { leaveGroup } from "../replicas/replica-group.ts";
import { deletePolicy } from "../resource-policy.ts";
import { closeStream } from "../streams/open-stream.ts";
import { tableIdOf } from "../table-id.ts";
import { deleteTags } from "../tags.ts";

/**
 * The table is gone at once; its rows, which nobody can see any more, are deleted in steps.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
 */
export async function deleteTable(
  ctx: DynamoDbContext,
  input: Input<"dynamodb", "DeleteTable">,
): Promise<Output<"dynamodb", "DeleteTable">> {
  const id = tableIdOf(ctx, input.TableName);
  return ctx.store.write((tx) => {
    const { record } = ctx.tables.named(tx, id);
    if (record.isCreating) {
      throw tableBeingCreated(id.name);
    }
    if (isRead(tx, record.number)) {
      throw tableBeingCopied(id.name);
    }
    if (record.isProtected) {
      throw validation(
        "Resource cannot be deleted as it is currently protected against deletion. " +
          "Disable deletion protection first.",
      );
    }
    const TableDescription = describeRecord(tx, record, "DELETING");
    if (record.replicas !== undefined) {
      leaveGroup(tx, ctx.tables, record);
    }
    ctx.tables.delete(tx, record);
    if (record.stream !== undefined) {
      closeStream(tx, record.stream);
    }
    deleteTags(tx, id);
    deletePolicy(tx, id);
    if (record.recovery === undefined) {
      clearLater(tx, record.number);
    } else {
      keepAsBackup(tx, record);
    }
    return { TableDescription };
  });
}
