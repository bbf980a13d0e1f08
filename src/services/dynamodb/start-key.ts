/** Where a page begins and ends: `ExclusiveStartKey` and `LastEvaluatedKey`. */
import type { Key } from "../../base/ordered-key.ts";
import {
  type Attributes,
  attributeOf,
  equalValues,
  typeOf,
} from "../../languages/dynamodb/attribute-value.ts";
import { passesKeyTest } from "../../languages/dynamodb/evaluate.ts";
import { validation } from "./errors.ts";
import { entryRow } from "./index-entry.ts";
import { keyOfParameter } from "./item-key.ts";
import type { Selected } from "./key-range.ts";
import { digestOf } from "./keys.ts";
import type { Index, KeyAttribute, Source, Table } from "./table.ts";

/** The key attributes of the table and of the index that is read, if any. */
function keyAttributes(table: Table, source: Source): readonly KeyAttribute[] {
  const all = [table.base.hash, table.base.range, source.hash, source.range];
  const byName = new Map(all.flatMap((key) => (key === undefined ? [] : [[key.name, key]])));
  return [...byName.values()];
}

export function lastKeyOf(table: Table, source: Source, item: Attributes): Attributes {
  return Object.fromEntries(
    keyAttributes(table, source).flatMap(({ name }) => {
      const value = attributeOf(item, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

export interface Start {
  readonly row: Key;
  readonly digest: Uint8Array;
}

/** The row that a start key names. `fault` is what the operation says of a key that names none. */
export function startOf(table: Table, source: Source, key: Attributes, fault: string): Start {
  const attributes = keyAttributes(table, source);
  const isComplete =
    Object.keys(key).length === attributes.length &&
    attributes.every(({ name, type }) => {
      const value = attributeOf(key, name);
      return value !== undefined && typeOf(value) === type;
    });
  if (!isComplete) {
    throw validation(fault);
  }
  if (source === table.base) {
    return keyOfParameter(table, key);
  }
  const digest = digestOf(attributeOf(key, source.hash.name) ?? {});
  const range = source.range && attributeOf(key, source.range.name);
  return { digest, row: entryRow(table, source as Index, { item: key, digest, range }) };
}

/** A start key must be one that the query could have returned. */
export function requireInside(key: Attributes, source: Source, selected: Selected): void {
  const hash = attributeOf(key, source.hash.name);
  const range = source.range && attributeOf(key, source.range.name);
  const isInside =
    hash !== undefined &&
    equalValues(hash, selected.hash) &&
    (selected.range === undefined || range === undefined || passesKeyTest(range, selected.range));
  if (!isInside) {
    throw validation(
      "The provided starting key is outside query boundaries based on provided conditions",
    );
  }
}
