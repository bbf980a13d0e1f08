/** Primary keys: what an item or a key parameter must hold, and the row it leads to. */
import type { Key } from "../../base/ordered-key.ts";
import {
  type Attributes,
  type AttributeValue,
  attributeOf,
  typeOf,
} from "../../languages/dynamodb/attribute-value.ts";
import { invalidParameters, validation } from "./errors.ts";
import { BASE_INDEX, digestOf, keyBytes, partitionKey } from "./keys.ts";
import { HASH_KEY_BYTES_MAX, RANGE_KEY_BYTES_MAX } from "./limits.ts";
import type { KeyAttribute, Source, Table } from "./table.ts";

/** The place of an item. */
export interface ItemKey {
  readonly hash: AttributeValue;
  readonly range: AttributeValue | undefined;
  readonly digest: Uint8Array;
  readonly row: Key;
}

/** The key of a whole item, with PutItem's messages. */
export function keyOfItem(table: Table, item: Attributes): ItemKey {
  const { hash, range } = table.base;
  return itemKey(table, requiredOf(item, hash), range && requiredOf(item, range));
}

function requiredOf(item: Attributes, attribute: KeyAttribute): AttributeValue {
  const value = attributeOf(item, attribute.name);
  if (value === undefined) {
    throw invalidParameters(`Missing the key ${attribute.name} in the item`);
  }
  const type = typeOf(value);
  if (type !== attribute.type) {
    throw invalidParameters(
      `Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${type}`,
    );
  }
  requireNotEmpty(value, attribute.name);
  return value;
}

/** A `Key` parameter: the key attributes and nothing else. */
export function keyOfParameter(table: Table, key: Attributes): ItemKey {
  const { hash, range } = table.base;
  if (Object.keys(key).length !== (range === undefined ? 1 : 2)) {
    throw mismatch();
  }
  return itemKey(table, matchingOf(key, hash), range && matchingOf(key, range));
}

/** The key inside an item of a batch, with the messages of a `Key` parameter. */
export function keyInBatch(table: Table, item: Attributes): ItemKey {
  const { hash, range } = table.base;
  return itemKey(table, matchingOf(item, hash), range && matchingOf(item, range));
}

export function mismatch(): Error {
  return validation("The provided key element does not match the schema");
}

function matchingOf(key: Attributes, attribute: KeyAttribute): AttributeValue {
  const value = attributeOf(key, attribute.name);
  if (value === undefined || typeOf(value) !== attribute.type) {
    throw mismatch();
  }
  requireNotEmpty(value, attribute.name);
  return value;
}

/** The part of the checks that is made before anything else of a transaction. */
export function requireKeysNotEmpty(source: Source, attributes: Attributes): void {
  for (const key of [source.hash, source.range]) {
    const value = key && attributeOf(attributes, key.name);
    if (key !== undefined && value !== undefined) {
      requireNotEmpty(value, key.name);
    }
  }
}

export function requireNotEmpty(value: AttributeValue, name: string): void {
  if (value.S === "" || value.B?.length === 0) {
    const what = value.S === "" ? "string" : "binary";
    throw validation(
      "One or more parameter values are not valid. The AttributeValue for a key attribute " +
        `cannot contain an empty ${what} value. Key: ${name}`,
    );
  }
}

function itemKey(table: Table, hash: AttributeValue, range: AttributeValue | undefined): ItemKey {
  requireKeySize(hash, HASH_KEY_BYTES_MAX);
  const digest = digestOf(hash);
  const partition = partitionKey(table.record.number, BASE_INDEX, digest);
  if (range === undefined) {
    return { hash, range, digest, row: partition };
  }
  requireKeySize(range, RANGE_KEY_BYTES_MAX);
  return { hash, range, digest, row: [...partition, keyBytes(range)] };
}

function requireKeySize(value: AttributeValue, maxBytes: number): void {
  const size = value.S === undefined ? (value.B?.length ?? 0) : Buffer.byteLength(value.S, "utf8");
  if (size > maxBytes) {
    throw invalidParameters(
      maxBytes === HASH_KEY_BYTES_MAX
        ? `Size of hashkey has exceeded the maximum size limit of${maxBytes} bytes`
        : `Aggregated size of all range keys has exceeded the size limit of ${maxBytes} bytes`,
    );
  }
}
