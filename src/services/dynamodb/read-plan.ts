/** What queries and scans have in common: what to read from, what of it to return. */

import { type Projection, project } from "../../languages/dynamodb/projection.ts";
import type { ReadTx } from "../../store/store.ts";
import { withJsonForm } from "../../wire/json-form.ts";
import type { QueryOutput } from "../../wire/models/dynamodb.gen.ts";
import { consumedCapacity, readUnits, type Units } from "./capacity.ts";
import { invalidParameters, validation } from "./errors.ts";
import { keyOfItem } from "./item-key.ts";
import { jsonOf } from "./json-answer.ts";
import type { Page } from "./read-page.ts";
import { lastKeyOf } from "./start-key.ts";
import { readItem, type StoredItem } from "./stored-item.ts";
import type { Index, Source, Table } from "./table.ts";
import type { Usage } from "./throughput-meter.ts";

export interface ReadInput {
  readonly TableName: string;
  readonly IndexName?: string | undefined;
  readonly Select?: string | undefined;
  readonly ConsistentRead?: boolean | undefined;
  readonly ReturnConsumedCapacity?: string | undefined;
}

export function sourceOf(table: Table, input: ReadInput): Source {
  if (input.IndexName === undefined) {
    if (input.Select === "ALL_PROJECTED_ATTRIBUTES") {
      throw invalidParameters(
        "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
      );
    }
    return table.base;
  }
  const index = table.indexes.find(({ name }) => name === input.IndexName);
  if (index === undefined) {
    throw validation(`The table does not have the specified index: ${input.IndexName}`);
  }
  if (index.isFilling) {
    throw validation(`Cannot read from backfilling global secondary index: ${index.name}`);
  }
  if (index.isGlobal) {
    requireReadable(index, input);
  }
  return index;
}

function requireReadable(index: Index, input: ReadInput): void {
  if (input.ConsistentRead === true) {
    throw validation("Consistent reads are not supported on global secondary indexes");
  }
  if (input.Select === "ALL_ATTRIBUTES" && index.projection !== "ALL") {
    throw invalidParameters(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} ` +
        "because its projection type is not ALL",
    );
  }
}

/** What a read returns of its items. */
export interface Reading {
  readonly table: Table;
  readonly source: Source;
  readonly projection: Projection | undefined;
  readonly input: ReadInput;
}

/** What the page cost counts against the throughput of its table. */
export function answerPage(tx: ReadTx, page: Page, reading: Reading, usage: Usage): QueryOutput {
  const { table, source, projection, input } = reading;
  const whole = needsBase(reading)
    ? page.items.map((item) => readItem(tx, keyOfItem(table, item.attributes).row) ?? item)
    : page.items;
  const fetched = whole === page.items ? [] : whole;
  const units = unitsOf(page, fetched, reading);
  usage.take(table, "read", units, tx.nowMs);
  const request = { TableName: input.TableName, form: input.ReturnConsumedCapacity };
  const ConsumedCapacity = consumedCapacity(request, table, units);
  const counts = { Count: page.items.length, ScannedCount: page.scannedCount };
  const LastEvaluatedKey = page.last && lastKeyOf(table, source, page.last.attributes);
  const tail = { LastEvaluatedKey, ConsumedCapacity, ...counts };
  if (input.Select === "COUNT") {
    return tail;
  }
  if (projection !== undefined) {
    return { Items: whole.map((item) => project(item.attributes, projection)), ...tail };
  }
  return wholeItems(whole, tail);
}

function wholeItems(items: readonly StoredItem[], tail: QueryOutput): QueryOutput {
  const output = {
    get Items() {
      return items.map((item) => item.attributes);
    },
    ...tail,
  };
  const { LastEvaluatedKey: lastKey } = tail;
  if (lastKey !== undefined && Object.values(lastKey).some((value) => value.B !== undefined)) {
    return output;
  }
  return withJsonForm(output, () => jsonOf({ Items: items, ...tail }));
}

/** A local index leads to the item itself where more is asked for than it keeps. */
function needsBase({ source, table, projection, input }: Reading): boolean {
  const index = table.indexes.find(({ number }) => number === source.number);
  if (index === undefined || index.isGlobal || index.kept === undefined) {
    return false;
  }
  return projection === undefined
    ? input.Select === "ALL_ATTRIBUTES"
    : unprojected(index, [...projection.root.keys()]).length > 0;
}

/** Those of the attributes that an index does not keep. */
export function unprojected(
  index: Index,
  names: readonly (string | number)[],
): readonly (string | number)[] {
  const kept = index.kept?.root;
  return kept === undefined ? [] : names.filter((name) => !kept.has(name));
}

function unitsOf(
  page: Page,
  fetched: readonly StoredItem[],
  { table, source, input }: Reading,
): Units {
  const isConsistent = input.ConsistentRead === true;
  const units = readUnits(page.scannedBytes, isConsistent);
  const index = table.indexes.find(({ number }) => number === source.number)?.name;
  const parts = new Map([[index, units]]);
  if (fetched.length > 0) {
    const base = fetched.reduce((sum, item) => sum + readUnits(item.sizeBytes, isConsistent), 0);
    parts.set(undefined, (parts.get(undefined) ?? 0) + base);
  }
  return parts;
}
