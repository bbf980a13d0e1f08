/** Decides the filters of a JSONPath as Jayway does: https://github.com/json-path/JsonPath#filter-operators */

import { isArray, isObject, type Json } from "./json.ts";
import type { Filter, FilterOperator, Operand, Path } from "./path-syntax.ts";
import type { MatchBudget } from "./safe-pattern.ts";

export interface Places {
  valueOf(path: Path, current?: Json): Json | undefined;
  exists(path: Path, current: Json): boolean;
  /** For the regular expressions of one evaluation. */
  readonly matchBudget: MatchBudget;
}

export function fulfils(places: Places, filter: Filter, current: Json): boolean {
  switch (filter.kind) {
    case "and":
      return filter.parts.every((part) => fulfils(places, part, current));
    case "or":
      return filter.parts.some((part) => fulfils(places, part, current));
    case "not":
      return !fulfils(places, filter.part, current);
    case "constant":
      return filter.value;
    case "exists":
      return places.exists(filter.path, current);
    case "comparison":
      return compares(places, filter, current);
  }
}

function compares(places: Places, filter: Filter & { kind: "comparison" }, current: Json): boolean {
  const { left, operator, right } = filter;
  if (operator === "=~") {
    return matches(places, left, right, current);
  }
  const [a, b] = [operandValue(places, left, current), operandValue(places, right, current)];
  return COMPARISONS[operator](a, b);
}

type Value = Json | undefined;

const COMPARISONS: Readonly<
  Record<Exclude<FilterOperator, "=~">, (left: Value, right: Value) => boolean>
> = {
  "==": equal,
  "!=": (left, right) => !equal(left, right),
  "===": (left, right) => kindOf(left) === kindOf(right) && equal(left, right),
  "!==": (left, right) => kindOf(left) !== kindOf(right) || !equal(left, right),
  "<": (left, right) => order(left, right, (sign) => sign < 0),
  "<=": (left, right) => order(left, right, (sign) => sign <= 0),
  ">": (left, right) => order(left, right, (sign) => sign > 0),
  ">=": (left, right) => order(left, right, (sign) => sign >= 0),
  in: (left, right) => isArray(right) && has(right, left),
  nin: (left, right) => !(isArray(right) && has(right, left)),
  subsetof: (left, right) => both(left, right, (a, b) => a.every((item) => has(b, item))),
  anyof: (left, right) => both(left, right, (a, b) => a.some((item) => has(b, item))),
  noneof: (left, right) => both(left, right, (a, b) => !a.some((item) => has(b, item))),
  all: (left, right) => both(left, right, (a, b) => b.every((item) => has(a, item))),
  contains: (left, right) =>
    typeof left === "string"
      ? typeof right === "string" && left.includes(right)
      : isArray(left) && has(left, right),
  size: (left, right) =>
    typeof right === "number" && (typeof left === "string" || isArray(left))
      ? left.length === right
      : false,
  empty: (left, right) => isEmpty(left) !== undefined && isEmpty(left) === right,
};

function operandValue(places: Places, operand: Operand, current: Json): Value {
  switch (operand.kind) {
    case "literal":
      return operand.value;
    case "path":
      return places.valueOf(operand.path, current);
    case "pattern":
      return undefined;
  }
}

function kindOf(value: Value): string {
  if (value === null || isArray(value)) {
    return value === null ? "null" : "array";
  }
  return typeof value;
}

/** A path that leads nowhere equals nothing; a number equals the string that reads as that number. */
export function equal(left: Value, right: Value): boolean {
  if (left === undefined || right === undefined) {
    return false;
  }
  if (isArray(left)) {
    return (
      isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => equal(item, right[index]))
    );
  }
  if (isObject(left)) {
    return isObject(right) && equalObjects(left, right);
  }
  if (typeof left === "number" && typeof right === "string") {
    return right.trim() !== "" && left === Number(right);
  }
  if (typeof left === "string" && typeof right === "number") {
    return left === String(right);
  }
  return left === right;
}

function equalObjects(
  left: { readonly [key: string]: Json },
  right: { readonly [key: string]: Json },
): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && equal(left[name], right[name]))
  );
}

function order(left: Value, right: Value, accepts: (sign: number) => boolean): boolean {
  if (typeof left === "number" && typeof right === "number") {
    return accepts(left - right);
  }
  if (typeof left === "string" && typeof right === "string") {
    return accepts(left < right ? -1 : Number(left > right));
  }
  return false;
}

function has(items: readonly Json[], value: Value): boolean {
  return items.some((item) => equal(item, value));
}

function both(
  left: Value,
  right: Value,
  test: (left: readonly Json[], right: readonly Json[]) => boolean,
): boolean {
  return isArray(left) && isArray(right) && test(left, right);
}

function isEmpty(value: Value): boolean | undefined {
  if (typeof value === "string" || isArray(value)) {
    return value.length === 0;
  }
  return isObject(value) ? Object.keys(value).length === 0 : undefined;
}

/** A regular expression has to match the whole value; one of the elements, where the value is an array. */
function matches(places: Places, left: Operand, right: Operand, current: Json): boolean {
  const [pattern, other] = right.kind === "pattern" ? [right, left] : [left, right];
  if (pattern.kind !== "pattern" || other.kind === "pattern") {
    return false;
  }
  const value = operandValue(places, other, current);
  const values = isArray(value) ? value : [value];
  return values.some(
    (item) =>
      item !== undefined &&
      typeof item !== "object" &&
      pattern.pattern.execWithin(String(item), places.matchBudget) !== null,
  );
}
