/**
 * What follows from a change of an item besides the item and its indexes: the record of its stream,
 * those of Kinesis streams, that of the log which makes it possible to go back, and what is sent to its
 * replicas, in the same transaction. A write that changes nothing has no consequences.
 */
import { equalBytes } from "../../base/bytes.ts";
import { equalValues } from "../../languages/dynamodb/attribute-value.ts";
import type { WriteTx } from "../../store/store.ts";
import { appendChange } from "./backups/change-log.ts";
import { sendToDestinations } from "./destinations/destination.ts";
import { replicateLater } from "./replicas/replication-queue.ts";
import { appendStreamRecord, type ChangedRows } from "./streams/stream-record.ts";
import type { Table } from "./table.ts";
import type { ItemChange } from "./write-item.ts";

export function recordChange(tx: WriteTx, table: Table, change: ItemChange): void {
  const { stream, recovery, copying, replicas } = table.record;
  const rows: ChangedRows = {
    key: change.key,
    before: change.before?.row,
    after: change.after?.bytes,
    isExpiry: change.cause === "expiry",
  };
  const changes = isChange(change);
  if (changes && stream?.isEnabled) {
    appendStreamRecord(tx, table, stream, rows);
  }
  if (changes) {
    sendToDestinations(tx, table, table.sinks, rows);
  }
  if (changes && (recovery !== undefined || copying !== undefined)) {
    appendChange(tx, table.record.number, rows);
  }
  // To the others even what changes nothing here may be the last write.
  const isLast = changes || rows.after !== undefined;
  if (replicas !== undefined && isLast && change.cause !== "replication") {
    replicateLater(tx, table, rows);
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
