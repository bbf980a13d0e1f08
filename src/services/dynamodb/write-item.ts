/**
 * The one way an item changes: the item, the entries of its indexes, the sizes and the timer of its
 * expiry are one transaction.
 */
import { equalBytes } from "../../base/bytes.ts";
import { encodeKey } from "../../base/ordered-key.ts";
import type { Attributes } from "../../languages/dynamodb/attribute-value.ts";
import { itemSizeBytes } from "../../languages/dynamodb/size.ts";
import type { WriteTx } from "../../store/store.ts";
import { type Units, writeUnits } from "./capacity.ts";
import { recordChange } from "./change-record.ts";
import { validation } from "./errors.ts";
import { entryOf, type IndexEntry } from "./index-entry.ts";
import type { ItemKey } from "./item-key.ts";
import { BASE_INDEX } from "./keys.ts";
import { ITEM_BYTES_MAX } from "./limits.ts";
import { encodeItem, type StoredItem } from "./stored-item.ts";
import type { Index, Table } from "./table.ts";
import { addToSize } from "./table-size.ts";
import { moveExpiry } from "./time-to-live.ts";

/** An item that is about to be stored. */
export interface NewItem {
  readonly attributes: Attributes;
  readonly sizeBytes: number;
  readonly bytes: Uint8Array;
}

export function newItem(attributes: Attributes, tooLarge: string = PUT_TOO_LARGE): NewItem {
  const sizeBytes = itemSizeBytes(attributes);
  if (sizeBytes > ITEM_BYTES_MAX) {
    throw validation(tooLarge);
  }
  return { attributes, sizeBytes, bytes: encodeItem(attributes, sizeBytes) };
}

const PUT_TOO_LARGE = "Item size has exceeded the maximum allowed size";
export const UPDATE_TOO_LARGE = "Item size to update has exceeded the maximum allowed size";

export interface ItemChange {
  readonly key: ItemKey;
  readonly before: StoredItem | undefined;
  /** `undefined` deletes. */
  readonly after: NewItem | undefined;
  /** What changes the item, when it is no request. */
  readonly cause?: "expiry" | "replication";
}

export function writeItem(tx: WriteTx, table: Table, change: ItemChange): Units {
  const { key, before, after } = change;
  if (after !== undefined) {
    tx.set(key.row, after.bytes);
  } else if (before !== undefined) {
    tx.delete(key.row);
  }
  const bytesBefore = before?.sizeBytes ?? 0;
  const bytesAfter = after?.sizeBytes ?? 0;
  addToSize(
    tx,
    { table: table.record.number, index: BASE_INDEX, digest: key.digest },
    {
      items: Number(after !== undefined) - Number(before !== undefined),
      bytes: bytesAfter - bytesBefore,
    },
  );
  const units = new Map<string | undefined, number>([
    [undefined, writeUnits(Math.max(bytesBefore, bytesAfter))],
  ]);
  if (table.indexes.length > 0 || table.record.timeToLive !== undefined) {
    moveExpiry(tx, table, key, before?.attributes, after?.attributes);
    for (const index of table.indexes) {
      units.set(index.name, writeEntry(tx, table, index, before?.attributes, after?.attributes));
    }
  }
  if (table.isWatched) {
    recordChange(tx, table, change);
  }
  return units;
}

function writeEntry(
  tx: WriteTx,
  table: Table,
  index: Index,
  before: Attributes | undefined,
  after: Attributes | undefined,
): number {
  const old = before && presentEntry(tx, table, index, before);
  const next = after && entryOf(table, index, after);
  if (old === undefined || next === undefined) {
    const only = old ?? next;
    if (only === undefined) {
      return 0;
    }
    return next === undefined
      ? removeEntry(tx, table, index, only)
      : addEntry(tx, table, index, next);
  }
  if (!equalBytes(encodeKey(old.row), encodeKey(next.row))) {
    return removeEntry(tx, table, index, old) + addEntry(tx, table, index, next);
  }
  if (equalBytes(old.bytes, next.bytes)) {
    return 0;
  }
  tx.set(next.row, next.bytes);
  resize(tx, table, index, { entry: next, items: 0, bytes: next.sizeBytes - old.sizeBytes });
  return writeUnits(Math.max(old.sizeBytes, next.sizeBytes));
}

export function addEntry(tx: WriteTx, table: Table, index: Index, entry: IndexEntry): number {
  tx.set(entry.row, entry.bytes);
  resize(tx, table, index, { entry, items: 1, bytes: entry.sizeBytes });
  return writeUnits(entry.sizeBytes);
}

function removeEntry(tx: WriteTx, table: Table, index: Index, entry: IndexEntry): number {
  tx.delete(entry.row);
  resize(tx, table, index, { entry, items: -1, bytes: -entry.sizeBytes });
  return writeUnits(entry.sizeBytes);
}

/** An index that is still being filled may not have the entry of an item yet. */
function presentEntry(
  tx: WriteTx,
  table: Table,
  index: Index,
  item: Attributes,
): IndexEntry | undefined {
  const entry = entryOf(table, index, item);
  const isMissing = index.isFilling && entry !== undefined && tx.get(entry.row) === undefined;
  return isMissing ? undefined : entry;
}

function resize(
  tx: WriteTx,
  table: Table,
  index: Index,
  change: { readonly entry: IndexEntry; readonly items: number; readonly bytes: number },
): void {
  const place = {
    table: table.record.number,
    index: index.number,
    digest: change.entry.digest,
  };
  addToSize(tx, place, change);
}
