/**
 * The rows of DynamoDB.
 *
 * | key                                                   | value                              |
 * |-------------------------------------------------------|------------------------------------|
 * | `dynamodb`, `table`, account, region, name            | the table's record (`table.ts`)    |
 * | `dynamodb`, `tags`, account, region, name             | its tags, by key                   |
 * | `dynamodb`, `policy`, account, region, name           | its resource-based policy          |
 * | `dynamodb`, `next-table`                              | the number of the next table       |
 * | `dynamodb`, `item`, table, 0, digest, sort            | an item (`stored-item.ts`)         |
 * | `dynamodb`, `item`, table, index, digest, sort, tie   | an entry of a secondary index      |
 * | `dynamodb`, `size`, table, index, stripe              | items and bytes (`table-size.ts`)  |
 * | `dynamodb`, `token`, account, region, token           | a transaction that was carried out |
 *
 * The rows of streams are described in `streams/stream.ts`.
 *
 * `table` is a number that is never used twice, so a table created anew sees nothing of an earlier
 * one of its name. `index` is 0 for the table itself. `digest` stands for the value of the partition
 * key: 16 bytes of its SHA-256, so that scans go through partitions in the order of their digests
 * and segments of a parallel scan are ranges of it. `sort` is the value of the sort key in bytes that
 * compare as DynamoDB orders the values; it is left out where the table or index has none. `tie`
 * tells apart the entries of an index with equal keys: a digest of the item's primary key.
 *
 * Invariant: no key is longer than `KEY_SIZE_MAX`. The longest is an entry whose sort key is 1,024
 * zero bytes, each written as two: below 2,200 bytes.
 */
import { hash } from "node:crypto";
import type { Key } from "../../base/ordered-key.ts";
import type { AttributeValue } from "../../languages/dynamodb/attribute-value.ts";
import { numberSortBytes } from "../../languages/dynamodb/number.ts";

/** The place of the table itself among its indexes. */
export const BASE_INDEX = 0;

const DIGEST_BYTES = 16;

/** The bytes of a key attribute: they compare as the values of its type do. */
export function keyBytes(value: AttributeValue): Uint8Array {
  if (value.S !== undefined) {
    return Buffer.from(value.S, "utf8");
  }
  return value.N === undefined ? (value.B ?? new Uint8Array(0)) : numberSortBytes(value.N);
}

export function digestOf(value: AttributeValue): Uint8Array {
  return digest(value.S ?? value.N ?? value.B ?? "");
}

function digest(data: string | Uint8Array): Uint8Array {
  return hash("sha256", data, "buffer").subarray(0, DIGEST_BYTES);
}

/** Tells apart the items of a table in its indexes. */
export function tieOf(hashKey: AttributeValue, rangeKey: AttributeValue | undefined): Uint8Array {
  const first = digestOf(hashKey);
  return rangeKey === undefined ? first : digest(Buffer.concat([first, keyBytes(rangeKey)]));
}

export function itemsKey(table: number, index: number): Key {
  return ["dynamodb", "item", table, index];
}

export function partitionKey(table: number, index: number, partition: Uint8Array): Key {
  return ["dynamodb", "item", table, index, partition];
}
