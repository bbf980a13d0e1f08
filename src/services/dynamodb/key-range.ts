/** Which rows a key condition selects. */
import type { Key } from "../../base/ordered-key.ts";
import { type AttributeValue, typeOf } from "../../languages/dynamodb/attribute-value.ts";
import type { KeyCondition, KeyTest } from "../../languages/dynamodb/key-condition.ts";
import type { Range } from "../../store/store.ts";
import { invalidParameters, validation } from "./errors.ts";
import { requireNotEmpty } from "./item-key.ts";
import { digestOf, keyBytes, partitionKey } from "./keys.ts";
import type { KeyAttribute, Source } from "./table.ts";

/** A condition that fits the keys of what it is put to. */
export interface Selected {
  readonly hash: AttributeValue;
  readonly range: KeyTest | undefined;
}

export function selectedBy(condition: KeyCondition, source: Source): Selected {
  const schema = source.range === undefined ? [source.hash] : [source.hash, source.range];
  if (condition.size > schema.length) {
    throw validation(
      `The number of query conditions (${condition.size}) exceeds the number of key attributes ` +
        `defined in the schema (${schema.length})`,
    );
  }
  for (const { name } of schema.slice(0, condition.size)) {
    if (!condition.has(name)) {
      throw validation(`Query condition missed key schema element: ${name}`);
    }
  }
  const hash = condition.get(source.hash.name);
  if (hash?.kind !== "compare" || hash.comparator !== "=") {
    throw validation("Query key condition not supported");
  }
  requireTypes(hash, source.hash);
  const range = source.range && condition.get(source.range.name);
  if (source.range !== undefined && range !== undefined) {
    requireTypes(range, source.range);
  }
  return { hash: hash.value, range };
}

function requireTypes(test: KeyTest, attribute: KeyAttribute): void {
  for (const value of valuesOf(test)) {
    if (typeOf(value) !== attribute.type) {
      throw invalidParameters("Condition parameter type does not match schema type");
    }
    requireNotEmpty(value, attribute.name);
  }
}

function valuesOf(test: KeyTest): readonly AttributeValue[] {
  switch (test.kind) {
    case "compare":
      return [test.value];
    case "between":
      return [test.low, test.high];
    case "beginsWith":
      return [test.prefix];
  }
}

/** The rows of a partition whose sort keys pass the test. */
export function rangeOf(table: number, source: Source, selected: Selected): Range {
  const prefix = partitionKey(table, source.number, digestOf(selected.hash));
  return selected.range === undefined ? { prefix } : { prefix, ...bounds(prefix, selected.range) };
}

/** Above every row whose sort key is the one before: in an index, ties follow it. */
const ABOVE = true;

function bounds(prefix: Key, test: KeyTest): Pick<Range, "from" | "until"> {
  const at = (value: AttributeValue): Key => [...prefix, keyBytes(value)];
  switch (test.kind) {
    case "between":
      return { from: at(test.low), until: [...at(test.high), ABOVE] };
    case "beginsWith":
      return prefixBounds(prefix, keyBytes(test.prefix));
    case "compare":
      break;
  }
  const { value } = test;
  switch (test.comparator) {
    case "<":
      return { until: at(value) };
    case "<=":
      return { until: [...at(value), ABOVE] };
    case ">":
      return { from: [...at(value), ABOVE] };
    case ">=":
      return { from: at(value) };
    default:
      return { from: at(value), until: [...at(value), ABOVE] };
  }
}

/** From the prefix to the first bytes that no longer start with it. */
function prefixBounds(prefix: Key, bytes: Uint8Array): Pick<Range, "from" | "until"> {
  const from = [...prefix, bytes];
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0xff) {
    end -= 1;
  }
  if (end === 0) {
    return { from };
  }
  const next = Uint8Array.from(bytes.subarray(0, end));
  next[end - 1] = (next[end - 1] ?? 0) + 1;
  return { from, until: [...prefix, next] };
}

/** The rows of one segment of a parallel scan: an even part of all digests. */
export function segmentRange(
  table: number,
  source: Source,
  segment: { readonly number: number; readonly total: number } | undefined,
): Range {
  const prefix: Key = ["dynamodb", "item", table, source.number];
  if (segment === undefined) {
    return { prefix };
  }
  const { number, total } = segment;
  return {
    prefix,
    from: [...prefix, segmentStart(number, total)],
    ...(number + 1 < total && { until: [...prefix, segmentStart(number + 1, total)] }),
  };
}

const SEGMENT_BYTES = 6;

/** The first bytes of the lowest digest of a segment. */
function segmentStart(number: number, total: number): Uint8Array {
  const start = Buffer.alloc(SEGMENT_BYTES);
  start.writeUIntBE(Math.floor((number * 2 ** (8 * SEGMENT_BYTES)) / total), 0, SEGMENT_BYTES);
  return start;
}

export function isInSegment(
  digest: Uint8Array,
  segment: { readonly number: number; readonly total: number },
): boolean {
  const place = Buffer.from(digest).readUIntBE(0, SEGMENT_BYTES);
  const start = (number: number): number =>
    Buffer.from(segmentStart(number, segment.total)).readUIntBE(0, SEGMENT_BYTES);
  const isBelowEnd = segment.number + 1 >= segment.total || place < start(segment.number + 1);
  return place >= start(segment.number) && isBelowEnd;
}
