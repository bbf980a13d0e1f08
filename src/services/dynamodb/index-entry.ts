/** Entries of secondary indexes: which an item has, and what they hold. */
import type { Key } from "../../base/ordered-key.ts";
import {
  type Attributes,
  type AttributeValue,
  attributeOf,
  typeOf,
} from "../../languages/dynamodb/attribute-value.ts";
import { project } from "../../languages/dynamodb/projection.ts";
import { itemSizeBytes } from "../../languages/dynamodb/size.ts";
import { invalidParameters, validation } from "./errors.ts";
import { digestOf, keyBytes, partitionKey, tieOf } from "./keys.ts";
import { HASH_KEY_BYTES_MAX, RANGE_KEY_BYTES_MAX } from "./limits.ts";
import { encodeItem } from "./stored-item.ts";
import type { Index, KeyAttribute, Table } from "./table.ts";

export interface IndexEntry {
  readonly row: Key;
  readonly digest: Uint8Array;
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
}

/** `undefined` when the item lacks a key of the index: it is not in it then. */
export function entryOf(table: Table, index: Index, item: Attributes): IndexEntry | undefined {
  const hash = attributeOf(item, index.hash.name);
  const range = index.range && attributeOf(item, index.range.name);
  if (hash === undefined || (index.range !== undefined && range === undefined)) {
    return undefined;
  }
  const kept = index.kept === undefined ? item : project(item, index.kept);
  const sizeBytes = itemSizeBytes(kept);
  const digest = digestOf(hash);
  const row = entryRow(table, index, { item, digest, range });
  return { row, digest, bytes: encodeItem(kept, sizeBytes), sizeBytes };
}

/** The row of an entry, from the key attributes of index and table alone. */
export function entryRow(
  table: Table,
  index: Index,
  of: {
    readonly item: Attributes;
    readonly digest: Uint8Array;
    readonly range: AttributeValue | undefined;
  },
): Key {
  const { base, record } = table;
  const hash = attributeOf(of.item, base.hash.name) ?? {};
  const tie = tieOf(hash, base.range && attributeOf(of.item, base.range.name));
  const partition = partitionKey(record.number, index.number, of.digest);
  return of.range === undefined ? [...partition, tie] : [...partition, keyBytes(of.range), tie];
}

/** Refuses an item whose attribute can not be the key that an index makes of it. */
export function requireIndexKeys(table: Table, item: Attributes): void {
  for (const index of table.indexes) {
    requireIndexKey(index, index.hash, item, HASH_KEY_BYTES_MAX);
    if (index.range !== undefined) {
      requireIndexKey(index, index.range, item, RANGE_KEY_BYTES_MAX);
    }
  }
}

function requireIndexKey(
  index: Index,
  attribute: KeyAttribute,
  item: Attributes,
  maxBytes: number,
): void {
  const value = attributeOf(item, attribute.name);
  if (value === undefined) {
    return;
  }
  const { name, type: expected } = attribute;
  const type = typeOf(value);
  if (type !== expected) {
    throw invalidParameters(
      `Type mismatch for Index Key ${name} Expected: ${expected} Actual: ${type} ` +
        `IndexName: ${index.name}`,
    );
  }
  if (value.S === "" || value.B?.length === 0) {
    const what = value.S === "" ? "string" : "binary";
    throw validation(
      "One or more parameter values are not valid. A value specified for a secondary index key " +
        "is not supported. The AttributeValue for a key attribute cannot contain an empty " +
        `${what} value. IndexName: ${index.name}, IndexKey: ${name}`,
    );
  }
  if (keyBytes(value).length > maxBytes) {
    throw invalidParameters(
      maxBytes === HASH_KEY_BYTES_MAX
        ? `Size of hashkey has exceeded the maximum size limit of${maxBytes} bytes`
        : `Aggregated size of all range keys has exceeded the size limit of ${maxBytes} bytes`,
    );
  }
}
