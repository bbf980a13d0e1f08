/** A page of a query or scan: rows in order, until a limit, a megabyte, or the end. */
import type { Condition } from "../../languages/dynamodb/condition.ts";
import { fulfils } from "../../languages/dynamodb/evaluate.ts";
import type { Range, ReadTx } from "../../store/store.ts";
import { PAGE_BYTES_MAX } from "./limits.ts";
import { StoredItem } from "./stored-item.ts";

export interface PageRequest {
  readonly range: Range;
  /** Of the items read, whether they pass the filter or not. */
  readonly limit: number | undefined;
  readonly filter: Condition | undefined;
  /** What was read for the same answer before. */
  readonly bytesBefore?: number;
}

export interface Page {
  /** Those that pass the filter. */
  readonly items: readonly StoredItem[];
  readonly scannedCount: number;
  readonly scannedBytes: number;
  /** The last item that was read, when the page ended before the range did. */
  readonly last: StoredItem | undefined;
  /** The answer is full; with `bytesBefore`, before a single item may have been read. */
  readonly isFull: boolean;
}

export function readPage(tx: ReadTx, request: PageRequest): Page {
  const { range, limit, filter, bytesBefore = 0 } = request;
  const items: StoredItem[] = [];
  let scannedCount = 0;
  let scannedBytes = 0;
  let last: StoredItem | undefined;
  for (const entry of tx.range({ ...range, limit })) {
    const item = new StoredItem(entry.value);
    const isFirst = last === undefined && bytesBefore === 0;
    if (!isFirst && bytesBefore + scannedBytes + item.sizeBytes > PAGE_BYTES_MAX) {
      return { items, scannedCount, scannedBytes, last, isFull: true };
    }
    scannedCount += 1;
    scannedBytes += item.sizeBytes;
    last = item;
    if (filter === undefined || fulfils(item.attributes, filter)) {
      items.push(item);
    }
  }
  const isEnded = limit === undefined || scannedCount < limit;
  return {
    items,
    scannedCount,
    scannedBytes,
    last: isEnded ? undefined : last,
    isFull: !isEnded,
  };
}
