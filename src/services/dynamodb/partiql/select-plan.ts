/**
 * What a SELECT reads: the partitions that its WHERE clause names, or everything.
 *
 * The clause is checked again on every item that is read, so a range may be wider than the clause.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
 * and recorded answers of October 2026 (https://github.com/paritysuite/dynamodb-conformance,
 * tests/tier2/partiql/whereOverlap.test.ts).
 */
import { compareBytes } from "../../../base/bytes.ts";
import {
  type AttributeValue,
  compareValues,
  equalValues,
  typeOf,
} from "../../../languages/dynamodb/attribute-value.ts";
import type { Condition } from "../../../languages/dynamodb/condition.ts";
import type { KeyTest } from "../../../languages/dynamodb/key-condition.ts";
import type { OrderTerm } from "../../../languages/partiql/syntax.ts";
import type { Range } from "../../../store/store.ts";
import { validation } from "../errors.ts";
import { rangeOf, segmentRange, selectedBy } from "../key-range.ts";
import { keyBytes } from "../keys.ts";
import type { Source, Table } from "../table.ts";
import { conjuncts, isNegatedTest, keyTestOf, valuesOf } from "./where-keys.ts";

export interface SelectPlan {
  /** Read one after the other. */
  readonly ranges: readonly Range[];
  readonly isReverse: boolean;
}

export function planOf(
  table: Table,
  source: Source,
  where: Condition | undefined,
  orderBy: readonly OrderTerm[],
): SelectPlan {
  const branches = where?.kind === "or" ? where.parts : where === undefined ? [] : [where];
  const parts = partsOf(branches, source);
  const isReverse = requireOrder(orderBy, source, { hasWhere: where !== undefined, parts });
  if (parts === undefined) {
    return { ranges: [segmentRange(table.record.number, source, undefined)], isReverse: false };
  }
  const ranges = inOrder(parts, orderBy, source).map((part) => {
    const tests = new Map<string, KeyTest>([
      [source.hash.name, { kind: "compare", comparator: "=", value: part.hash }],
    ]);
    if (part.test !== undefined && source.range !== undefined) {
      tests.set(source.range.name, part.test);
    }
    const range = rangeOf(table.record.number, source, selectedBy(tests, source));
    return { ...range, reverse: isReverse };
  });
  return { ranges, isReverse };
}

/** A partition, or a part of it. */
interface Part {
  readonly hash: AttributeValue;
  readonly test: KeyTest | undefined;
}

interface Branch extends Part {
  readonly isNegated: boolean;
}

/** `undefined` when some branch names no partition: then all of them are read. */
function partsOf(branches: readonly Condition[], source: Source): readonly Part[] | undefined {
  const all: Branch[] = [];
  for (const branch of branches) {
    const tests = conjuncts(branch);
    const hashes = valuesOf(tests, source.hash);
    if (hashes === undefined) {
      return undefined;
    }
    const { range } = source;
    const test = range && tests.map((part) => keyTestOf(part, range)).find((found) => found);
    const isNegated = range !== undefined && tests.some((part) => isNegatedTest(part, range));
    all.push(...hashes.map((hash) => ({ hash, test, isNegated })));
  }
  return all.length === 0 ? undefined : mergedParts(all);
}

/** Each item is read once: branches of one partition must be apart, or are read as the whole. */
function mergedParts(branches: readonly Branch[]): readonly Part[] {
  const groups: Branch[][] = [];
  for (const branch of branches) {
    const group = groups.find(([first]) => first && equalValues(first.hash, branch.hash));
    if (group === undefined) {
      groups.push([branch]);
    } else {
      group.push(branch);
    }
  }
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length === 1) {
      return group;
    }
    if (group.some(({ isNegated }) => isNegated) || group.every(({ test }) => !test)) {
      return [{ hash: first.hash, test: undefined }];
    }
    return separate(group);
  });
}

function separate(group: readonly Branch[]): readonly Part[] {
  const sorted = group
    .map((branch) => ({ branch, span: spanOf(branch.test) }))
    .sort((a, b) => compareBytes(a.span.low, b.span.low));
  for (const [index, { span }] of sorted.entries()) {
    const before = sorted[index - 1]?.span;
    if (before !== undefined && !isBelow(before, span.low)) {
      throw validation("Overlapping conditions with range keys are not supported in where clause");
    }
  }
  return sorted.map(({ branch }) => branch);
}

/** Sort keys from `low` to `high`, both in it; without `high` there is no end. */
interface Span {
  readonly low: Uint8Array;
  readonly high: Uint8Array | undefined;
}

const LOWEST = new Uint8Array(0);

/** Bounds that are not in it are taken as if they were: `<` and `>=` of one value overlap. */
function spanOf(test: KeyTest | undefined): Span {
  switch (test?.kind) {
    case undefined:
      return { low: LOWEST, high: undefined };
    case "between":
      return { low: keyBytes(test.low), high: keyBytes(test.high) };
    case "beginsWith": {
      const prefix = keyBytes(test.prefix);
      return { low: prefix, high: Buffer.concat([prefix, Buffer.alloc(1, 0xff)]) };
    }
    case "compare": {
      const bytes = keyBytes(test.value);
      switch (test.comparator) {
        case "<":
        case "<=":
          return { low: LOWEST, high: bytes };
        case ">":
        case ">=":
          return { low: bytes, high: undefined };
        default:
          return { low: bytes, high: bytes };
      }
    }
  }
}

function isBelow(span: Span, low: Uint8Array): boolean {
  return span.high !== undefined && compareBytes(span.high, low) < 0;
}

/** Whether rows come in descending order. */
function requireOrder(
  orderBy: readonly OrderTerm[],
  source: Source,
  { hasWhere, parts }: { readonly hasWhere: boolean; readonly parts: readonly Part[] | undefined },
): boolean {
  if (orderBy.length === 0) {
    return false;
  }
  if (!hasWhere) {
    throw validation("Must have WHERE clause in the statement when using ORDER BY clause.");
  }
  const keys = [source.hash.name, source.range?.name];
  for (const { path } of orderBy) {
    const [name] = path;
    if (path.length > 1 || typeof name !== "string" || !keys.includes(name)) {
      throw validation(
        `Variable reference ${path.join(".")} in ORDER BY clause must be part of the primary key`,
      );
    }
  }
  if (parts === undefined) {
    throw validation(
      "Must have at least one non-optional hash key condition in WHERE clause " +
        "when using ORDER BY clause.",
    );
  }
  const partitions = new Set(parts.map(({ hash }) => JSON.stringify([typeOf(hash), hash])));
  const ordersPartitions = orderBy.some(({ path }) => path[0] === source.hash.name);
  if (partitions.size > 1 && !ordersPartitions) {
    throw validation(
      "Must have hash key in ORDER BY clause when more than one hash key condition " +
        "specified in WHERE clause.",
    );
  }
  return orderBy.some(({ path, isDescending }) => isDescending && path[0] === source.range?.name);
}

function inOrder(
  parts: readonly Part[],
  orderBy: readonly OrderTerm[],
  source: Source,
): readonly Part[] {
  const byHash = orderBy.find(({ path }) => path[0] === source.hash.name);
  const byRange = orderBy.find(({ path }) => path[0] === source.range?.name);
  const straight = byRange?.isDescending === true ? [...parts].reverse() : parts;
  if (byHash === undefined) {
    return straight;
  }
  const sign = byHash.isDescending ? -1 : 1;
  return [...straight].sort((a, b) => sign * (compareValues(a.hash, b.hash) ?? 0));
}
