/**
 * Kinesis streams that get the changes of a table, each in the transaction of the change. A record of
 * an item goes by the item's key, so changes of one item stay in order.
 *
 * A stream that is gone gets nothing, and what it would have got is gone with it: the journal shows
 * such a delivery.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds_gettingstarted.html
 */
import { hash } from "node:crypto";
import { toBase64 } from "../../../base/bytes.ts";
import type { Attributes } from "../../../languages/dynamodb/attribute-value.ts";
import { deliver, type Sinks } from "../../../outbox/sink.ts";
import type { WriteTx } from "../../../store/store.ts";
import { StoredItem } from "../stored-item.ts";
import { type ChangedRows, keyAttributes } from "../streams/stream-record.ts";
import type { Table } from "../table.ts";

export interface KinesisDestination {
  readonly streamArn: string;
  readonly isActive: boolean;
  /** As it was asked for; milliseconds otherwise. */
  readonly precision?: string | undefined;
}

export function isAnyActive(destinations: readonly KinesisDestination[] = []): boolean {
  return destinations.some(({ isActive }) => isActive);
}

export function sendToDestinations(
  tx: WriteTx,
  table: Table,
  sinks: Sinks,
  rows: ChangedRows,
): void {
  const { record } = table;
  for (const { streamArn, isActive, precision } of record.destinations ?? []) {
    if (isActive) {
      const keys = keyAttributes(table, rows.key);
      deliver(tx, sinks, streamArn, {
        payload: JSON.stringify(changeOf(tx, table, { ...rows, keys, precision }), jsonValue),
        sourceArn: record.arn,
        groupId: hash("md5", JSON.stringify(keys, jsonValue), "hex"),
      });
    }
  }
}

interface Told extends ChangedRows {
  readonly keys: Attributes;
  readonly precision: string | undefined;
}

function changeOf(tx: WriteTx, table: Table, told: Told): object {
  const { before, after, keys, isExpiry, precision } = told;
  const [oldItem, newItem] = [before && new StoredItem(before), after && new StoredItem(after)];
  const [, , , region] = table.record.arn.split(":");
  return {
    awsRegion: region,
    eventID: tx.random.uuid(),
    eventName: before === undefined ? "INSERT" : after === undefined ? "REMOVE" : "MODIFY",
    userIdentity: isExpiry ? { principalId: "dynamodb.amazonaws.com", type: "Service" } : null,
    recordFormat: "application/json",
    tableName: table.record.name,
    dynamodb: {
      ApproximateCreationDateTime: tx.nowMs * (precision === "MICROSECOND" ? 1_000 : 1),
      ...(precision !== undefined && { ApproximateCreationDateTimePrecision: precision }),
      Keys: keys,
      ...(newItem && { NewImage: newItem.attributes }),
      ...(oldItem && { OldImage: oldItem.attributes }),
      SizeBytes: (oldItem?.sizeBytes ?? 0) + (newItem?.sizeBytes ?? 0),
    },
    eventSource: "aws:dynamodb",
  };
}

/** Binaries are base64. A Buffer gets here as what its `toJSON` made of it. */
function jsonValue(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Readonly<Record<string, unknown>>)[key];
  return original instanceof Uint8Array ? toBase64(original) : value;
}
