/** What a WHERE clause says of keys. */
import {
  type Attributes,
  type AttributeValue,
  equalValues,
  type MutableAttributes,
  setAttribute,
} from "../../../languages/dynamodb/attribute-value.ts";
import type { Condition, Operand } from "../../../languages/dynamodb/condition.ts";
import type { KeyTest } from "../../../languages/dynamodb/key-condition.ts";
import type { Comparator } from "../../../languages/dynamodb/syntax.ts";
import type { KeyAttribute, Source } from "../table.ts";

/** The conditions that must all hold. */
export function conjuncts(condition: Condition | undefined): readonly Condition[] {
  if (condition === undefined) {
    return [];
  }
  return condition.kind === "and" ? condition.parts.flatMap(conjuncts) : [condition];
}

export interface WholeKey {
  readonly key: Attributes;
  /** What else must hold. */
  readonly rest: Condition | undefined;
}

/** `undefined` unless every key attribute must equal one value. */
export function wholeKeyOf(condition: Condition | undefined, source: Source): WholeKey | undefined {
  const key: MutableAttributes = {};
  let rest = conjuncts(condition);
  for (const attribute of [source.hash, source.range]) {
    if (attribute === undefined) {
      continue;
    }
    const found = rest.find((part) => equalityOf(part, attribute) !== undefined);
    const value = found && equalityOf(found, attribute);
    if (value === undefined) {
      return undefined;
    }
    setAttribute(key, attribute.name, value);
    rest = rest.filter((part) => part !== found);
  }
  const [only] = rest;
  return { key, rest: rest.length > 1 ? { kind: "and", parts: rest } : only };
}

function equalityOf(condition: Condition, attribute: KeyAttribute): AttributeValue | undefined {
  const test = keyTestOf(condition, attribute);
  return test?.kind === "compare" && test.comparator === "=" ? test.value : undefined;
}

/** The values of which the attribute must be one, each once; `undefined` when nothing says so. */
export function valuesOf(
  parts: readonly Condition[],
  attribute: KeyAttribute,
): readonly AttributeValue[] | undefined {
  for (const part of parts) {
    const value = equalityOf(part, attribute);
    if (value !== undefined) {
      return [value];
    }
  }
  const listed = parts.find((part) => part.kind === "in" && isAttribute(part.operand, attribute));
  if (listed?.kind !== "in") {
    return undefined;
  }
  const values = listed.list.flatMap((side) => (side.kind === "value" ? [side.value] : []));
  return values.filter(
    (value, index) => values.findIndex((other) => equalValues(other, value)) === index,
  );
}

const MIRRORED: Readonly<Record<Comparator, Comparator>> = {
  "=": "=",
  "<>": "<>",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** The condition as a query can use it: a range of values of the attribute. */
export function keyTestOf(condition: Condition, attribute: KeyAttribute): KeyTest | undefined {
  switch (condition.kind) {
    case "compare": {
      const { comparator, left, right } = condition;
      if (comparator === "<>") {
        return undefined;
      }
      if (isAttribute(left, attribute) && right.kind === "value") {
        return { kind: "compare", comparator, value: right.value };
      }
      return isAttribute(right, attribute) && left.kind === "value"
        ? { kind: "compare", comparator: MIRRORED[comparator], value: left.value }
        : undefined;
    }
    case "between": {
      const { operand, low, high } = condition;
      return isAttribute(operand, attribute) && low.kind === "value" && high.kind === "value"
        ? { kind: "between", low: low.value, high: high.value }
        : undefined;
    }
    case "beginsWith": {
      const { left, right } = condition;
      return isAttribute(left, attribute) && right.kind === "value"
        ? { kind: "beginsWith", prefix: right.value }
        : undefined;
    }
    default:
      return undefined;
  }
}

function isAttribute(operand: Operand, { name }: KeyAttribute): boolean {
  return operand.kind === "path" && operand.path.length === 1 && operand.path[0] === name;
}

/** Whether a condition excludes values of the attribute, by NOT or `<>`. */
export function isNegatedTest(condition: Condition, attribute: KeyAttribute): boolean {
  if (condition.kind === "compare" && condition.comparator === "<>") {
    return isAttribute(condition.left, attribute) || isAttribute(condition.right, attribute);
  }
  if (condition.kind !== "not") {
    return false;
  }
  const { condition: inner } = condition;
  const isListed = inner.kind === "in" && isAttribute(inner.operand, attribute);
  return isListed || keyTestOf(inner, attribute) !== undefined;
}
