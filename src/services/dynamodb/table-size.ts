/**
 * How many items a table or index has, and their bytes. Kept exactly, in stripes, so that writers
 * to different partitions seldom meet.
 */
import type { Key } from "../../base/ordered-key.ts";
import { decodeRecord, encodeRecord } from "../../store/record.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";

export interface TableSize {
  readonly items: number;
  readonly bytes: number;
}

const STRIPES = 16;

function sizesKey(table: number, index: number): Key {
  return ["dynamodb", "size", table, index];
}

/** Adds what a write changed; `digest` picks the stripe. */
export function addToSize(
  tx: WriteTx,
  place: { readonly table: number; readonly index: number; readonly digest: Uint8Array },
  change: TableSize,
): void {
  if (change.items === 0 && change.bytes === 0) {
    return;
  }
  const key = [...sizesKey(place.table, place.index), (place.digest[0] ?? 0) % STRIPES];
  const row = tx.get(key);
  const [items, bytes] = row === undefined ? [0, 0] : decodeRecord<[number, number]>(row);
  tx.set(key, encodeRecord([items + change.items, bytes + change.bytes]));
}

export function sizeOf(tx: ReadTx, table: number, index: number): TableSize {
  let [items, bytes] = [0, 0];
  for (const entry of tx.range({ prefix: sizesKey(table, index) })) {
    const [stripeItems, stripeBytes] = decodeRecord<[number, number]>(entry.value);
    items += stripeItems;
    bytes += stripeBytes;
  }
  return { items, bytes };
}

export function clearSizes(tx: WriteTx, table: number, index?: number): void {
  tx.clearRange({
    prefix: index === undefined ? ["dynamodb", "size", table] : sizesKey(table, index),
  });
}
