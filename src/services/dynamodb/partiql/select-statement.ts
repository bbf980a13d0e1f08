/** Carries out a SELECT. */
import {
  type Attributes,
  type AttributeValue,
  type MutableAttributes,
  setAttribute,
} from "../../../languages/dynamodb/attribute-value.ts";
import type { DocumentPath } from "../../../languages/dynamodb/bindings.ts";
import type { Condition } from "../../../languages/dynamodb/condition.ts";
import { valueAt } from "../../../languages/dynamodb/document-path.ts";
import { bindCondition } from "../../../languages/partiql/bind-condition.ts";
import type { Parameters } from "../../../languages/partiql/parameters.ts";
import type { SelectSyntax } from "../../../languages/partiql/syntax.ts";
import type { Range, ReadTx } from "../../../store/store.ts";
import { readUnits, type Units } from "../capacity.ts";
import { invalidParameters } from "../errors.ts";
import { keyOfItem } from "../item-key.ts";
import { type Page, readPage } from "../read-page.ts";
import { sourceOf, unprojected } from "../read-plan.ts";
import { lastKeyOf, startOf } from "../start-key.ts";
import { readItem, type StoredItem } from "../stored-item.ts";
import type { Index, Source, Table } from "../table.ts";
import type { Position } from "./next-token.ts";
import { planOf } from "./select-plan.ts";

export interface SelectRequest {
  readonly select: SelectSyntax;
  readonly parameters: Parameters;
  readonly isConsistent: boolean;
  readonly limit: number | undefined;
  readonly position: Position;
}

export interface Selected {
  readonly items: readonly Attributes[];
  readonly units: Units;
  /** Where to go on; `undefined` at the end. */
  readonly next: Position | undefined;
}

export function runSelect(tx: ReadTx, table: Table, request: SelectRequest): Selected {
  const { select, parameters, isConsistent } = request;
  const source = sourceOf(table, {
    TableName: select.table,
    IndexName: select.index,
    ConsistentRead: isConsistent,
  });
  const index = table.indexes.find(({ number }) => number === source.number);
  requireProjected(index, select);
  const where = select.where && bindCondition(select.where, parameters);
  const { ranges } = planOf(table, source, where, select.orderBy);
  const read = readRanges(tx, { table, source, ranges, where }, request);
  const whole = leadsToBase(index, select)
    ? read.items.map((item) => readItem(tx, keyOfItem(table, item.attributes).row) ?? item)
    : read.items;
  const units = new Map([[index?.name, read.units]]);
  if (whole !== read.items) {
    const sizes = whole.map(({ sizeBytes }) => readUnits(sizeBytes, isConsistent));
    units.set(
      undefined,
      sizes.reduce((sum, size) => sum + size, 0),
    );
  }
  const items = whole.map((item) => projected(item.attributes, select.projection));
  return { items, units, next: read.next };
}

/** A global index has nothing but what it keeps. */
function requireProjected(index: Index | undefined, { projection }: SelectSyntax): void {
  if (index === undefined || !index.isGlobal || projection === undefined) {
    return;
  }
  const missing = unprojected(index, firstSteps(projection));
  if (missing.length > 0) {
    throw invalidParameters(
      `Global secondary index ${index.name} does not project [${missing.join(", ")}]`,
    );
  }
}

function leadsToBase(index: Index | undefined, { projection }: SelectSyntax): boolean {
  return (
    index !== undefined &&
    !index.isGlobal &&
    projection !== undefined &&
    unprojected(index, firstSteps(projection)).length > 0
  );
}

function firstSteps(paths: readonly DocumentPath[]): readonly (string | number)[] {
  return [...new Set(paths.map(([name]) => name ?? ""))];
}

interface Reading {
  readonly table: Table;
  readonly source: Source;
  readonly ranges: readonly Range[];
  readonly where: Condition | undefined;
}

interface Read {
  readonly items: readonly StoredItem[];
  readonly units: number;
  readonly next: Position | undefined;
}

/** Range by range, until the limit, a megabyte, or the end of the last. */
function readRanges(
  tx: ReadTx,
  { table, source, ranges, where }: Reading,
  { limit, position, isConsistent }: SelectRequest,
): Read {
  const items: StoredItem[] = [];
  let [units, bytesBefore, count] = [0, 0, 0];
  for (let number = position.range; number < ranges.length; number += 1) {
    const range = ranges[number] as Range;
    const startKey = number === position.range ? position.key : undefined;
    const rest = limit === undefined ? undefined : limit - count;
    const page: Page =
      rest === 0
        ? { items: [], scannedCount: 0, scannedBytes: 0, last: undefined, isFull: true }
        : readPage(tx, {
            range: startKey === undefined ? range : behind(table, source, range, startKey),
            limit: rest,
            filter: where,
            bytesBefore,
          });
    items.push(...page.items);
    units += rest === 0 ? 0 : readUnits(page.scannedBytes, isConsistent);
    bytesBefore += page.scannedBytes;
    count += page.scannedCount;
    if (page.isFull) {
      const key = page.last && lastKeyOf(table, source, page.last.attributes);
      return { items, units, next: { range: number, key } };
    }
  }
  return { items, units, next: undefined };
}

function behind(table: Table, source: Source, range: Range, key: Attributes): Range {
  const { row } = startOf(table, source, key, "The provided starting key is invalid");
  return range.reverse === true ? { ...range, until: row } : { ...range, after: row };
}

/** An attribute is named for the last step that has a name. */
export function projected(
  item: Attributes,
  projection: readonly DocumentPath[] | undefined,
): Attributes {
  if (projection === undefined) {
    return item;
  }
  const out: MutableAttributes = {};
  for (const path of projection) {
    const value: AttributeValue | undefined = valueAt(item, path);
    if (value !== undefined) {
      setAttribute(out, nameOf(path), value);
    }
  }
  return out;
}

/** `a.b[0]` selects into `b[0]`. */
function nameOf(path: DocumentPath): string {
  const at = path.findLastIndex((step) => typeof step === "string");
  return path
    .slice(at)
    .map((step) => (typeof step === "number" ? `[${step}]` : step))
    .join("");
}
