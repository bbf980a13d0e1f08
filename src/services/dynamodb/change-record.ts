/**
 * What follows from a change of an item besides the item and its indexes: the record of its stream,
 * and that of the log which makes it possible to go back, in the same transaction. A write that changes nothing has no consequences.
 */
import { equalBytes } from "../../base/bytes.ts";
import { equalValues } from "../../languages/dynamodb/attribute-value.ts";
import type { WriteTx } from "../../store/store.ts";
import { appendChange } from "./backups/change-log.ts";
import { appendStreamRecord, type ChangedRows } from "./streams/stream-record.ts";
import type { Table } from "./table.ts";
import type { ItemChange } from "./write-item.ts";

export function recordChange(tx: WriteTx, table: Table, change: ItemChange): void {
  const { stream, recovery, copying } = table.record;
  if (!isChange(change)) {
    return;
  }
  const rows: ChangedRows = {
    key: change.key,
    before: change.before?.row,
    after: change.after?.bytes,
    isExpiry: change.cause === "expiry",
  };
  if (stream?.isEnabled) {
    appendStreamRecord(tx, table, stream, rows);
  }
  if (recovery !== undefined || copying !== undefined) {
    appendChange(tx, table.record.number, rows);
  }
}

function isChange({ before, after }: ItemChange): boolean {
  if (before === undefined || after === undefined) {
    return before !== after;
  }
  if (before.sizeBytes !== after.sizeBytes) {
    return true;
  }
  return (
    !equalBytes(before.row, after.bytes) &&
    !equalValues({ M: before.attributes }, { M: after.attributes })
  );
}
