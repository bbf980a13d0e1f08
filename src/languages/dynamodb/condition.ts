/**
 * Conditions with names and values put in. Binding walks the text in its own order and reports the
 * first fault, so that what is wrong is known before any item is read.
 */
import {
  type AttributeType,
  type AttributeValue,
  compareValues,
  typeOf,
} from "./attribute-value.ts";
import type { Bindings, DocumentPath } from "./bindings.ts";
import { formatPath } from "./document-path.ts";
import { ExpressionFault } from "./expression-error.ts";
import { pathRequired, requireOperandCount, requireOperandType } from "./operand-checks.ts";
import type { CallSyntax, Comparator, ConditionSyntax, OperandSyntax } from "./syntax.ts";

export type Operand =
  | { readonly kind: "path"; readonly path: DocumentPath }
  | { readonly kind: "value"; readonly value: AttributeValue }
  | { readonly kind: "size"; readonly operand: Operand };

export type Condition =
  | {
      readonly kind: "compare";
      readonly comparator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | {
      readonly kind: "between";
      readonly operand: Operand;
      readonly low: Operand;
      readonly high: Operand;
    }
  | { readonly kind: "in"; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly kind: "exists" | "notExists"; readonly path: DocumentPath }
  | { readonly kind: "type"; readonly path: DocumentPath; readonly type: AttributeType }
  | { readonly kind: "beginsWith" | "contains"; readonly left: Operand; readonly right: Operand }
  | { readonly kind: "and" | "or"; readonly parts: readonly Condition[] }
  | { readonly kind: "not"; readonly condition: Condition };

export function bindCondition(syntax: ConditionSyntax, bindings: Bindings): Condition {
  switch (syntax.kind) {
    case "and":
    case "or":
      return {
        kind: syntax.kind,
        parts: syntax.parts.map((part) => bindCondition(part, bindings)),
      };
    case "not":
      return { kind: "not", condition: bindCondition(syntax.condition, bindings) };
    case "compare":
      return bindCompare(syntax, bindings);
    case "between":
      return bindBetween(syntax, bindings);
    case "in":
      return bindIn(syntax, bindings);
    case "call":
      return bindCall(syntax, bindings);
  }
}

function bindOperand(syntax: OperandSyntax, bindings: Bindings): Operand {
  switch (syntax.kind) {
    case "path":
      return { kind: "path", path: bindings.path(syntax) };
    case "value":
      return { kind: "value", value: bindings.value(syntax.name) };
    case "call":
      return bindSize(syntax, bindings);
  }
}

const SIZED: ReadonlySet<AttributeType> = new Set(["S", "B", "SS", "NS", "BS", "L", "M"]);
const ORDERED: ReadonlySet<AttributeType> = new Set(["S", "N", "B"]);
const PREFIXED: ReadonlySet<AttributeType> = new Set(["S", "B"]);
const TYPE_NAME: ReadonlySet<AttributeType> = new Set(["S"]);

function bindSize(syntax: CallSyntax, bindings: Bindings): Operand {
  requireKnown(syntax);
  if (syntax.name !== "size") {
    throw misused(syntax.name);
  }
  const operand = bindOne(syntax, bindings);
  requireType(operand, SIZED, "size");
  return { kind: "size", operand };
}

type Of<K extends ConditionSyntax["kind"]> = Extract<ConditionSyntax, { readonly kind: K }>;

function bindCompare(syntax: Of<"compare">, bindings: Bindings): Condition {
  const { comparator } = syntax;
  const [left, right] = [syntax.left, syntax.right].map((side) => {
    const operand = bindOperand(side, bindings);
    if (comparator !== "=" && comparator !== "<>") {
      requireType(operand, ORDERED, comparator);
    }
    return operand;
  }) as [Operand, Operand];
  requireDistinct(comparator, left, [right]);
  return { kind: "compare", comparator, left, right };
}

function bindBetween(syntax: Of<"between">, bindings: Bindings): Condition {
  const [operand, low, high] = [syntax.operand, syntax.low, syntax.high].map((side) => {
    const bound = bindOperand(side, bindings);
    requireType(bound, ORDERED, "BETWEEN");
    return bound;
  }) as [Operand, Operand, Operand];
  if (low.kind === "value" && high.kind === "value") {
    requireBounds(low.value, high.value);
  }
  requireDistinct("BETWEEN", operand, [low, high]);
  return { kind: "between", operand, low, high };
}

function requireBounds(low: AttributeValue, high: AttributeValue): void {
  const order = compareValues(low, high);
  const bounds =
    `lower bound operand: AttributeValue: ${formatValue(low)}, ` +
    `upper bound operand: AttributeValue: ${formatValue(high)}`;
  if (order === undefined) {
    throw new ExpressionFault(
      `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`,
    );
  }
  if (order > 0) {
    throw new ExpressionFault(
      "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; " +
        bounds,
    );
  }
}

function formatValue(value: AttributeValue): string {
  const type = typeOf(value);
  return `{${type}:${String(value[type])}}`;
}

const IN_OPERANDS_MAX = 100;

function bindIn(syntax: Of<"in">, bindings: Bindings): Condition {
  const operand = bindOperand(syntax.operand, bindings);
  const list = syntax.list.map((side) => bindOperand(side, bindings));
  if (list.length > IN_OPERANDS_MAX) {
    throw new ExpressionFault(
      `The IN operator is provided with too many operands; number of operands: ${list.length}`,
    );
  }
  requireDistinct("IN", operand, list);
  return { kind: "in", operand, list };
}

const CONDITION_FUNCTIONS = [
  "attribute_exists",
  "attribute_not_exists",
  "attribute_type",
  "begins_with",
  "contains",
] as const;
const UPDATE_FUNCTIONS: readonly string[] = ["if_not_exists", "list_append"];

function requireKnown(syntax: CallSyntax): void {
  const { name } = syntax;
  if (UPDATE_FUNCTIONS.includes(name)) {
    throw new ExpressionFault(
      `The function is not allowed in a condition expression; function: ${name}`,
    );
  }
  if (name !== "size" && !CONDITION_FUNCTIONS.some((known) => known === name)) {
    throw new ExpressionFault(`Invalid function name; function: ${name}`);
  }
}

function misused(name: string): ExpressionFault {
  return new ExpressionFault(
    `The function is not allowed to be used this way in an expression; function: ${name}`,
  );
}

function bindCall(syntax: CallSyntax, bindings: Bindings): Condition {
  requireKnown(syntax);
  switch (syntax.name as (typeof CONDITION_FUNCTIONS)[number]) {
    case "attribute_exists":
      return { kind: "exists", path: bindPath(syntax, bindings) };
    case "attribute_not_exists":
      return { kind: "notExists", path: bindPath(syntax, bindings) };
    case "attribute_type":
      return bindType(syntax, bindings);
    case "begins_with": {
      const [left, right] = bindTwo(syntax, bindings);
      for (const operand of [left, right]) {
        requireType(operand, PREFIXED, "begins_with");
      }
      requireDistinct("begins_with", left, [right]);
      return { kind: "beginsWith", left, right };
    }
    case "contains": {
      const [left, right] = bindTwo(syntax, bindings);
      requireDistinct("contains", left, [right]);
      return { kind: "contains", left, right };
    }
    default:
      throw misused(syntax.name);
  }
}

function bindPath(syntax: CallSyntax, bindings: Bindings): DocumentPath {
  return pathOf(bindOne(syntax, bindings), syntax.name);
}

function pathOf(operand: Operand, name: string): DocumentPath {
  if (operand.kind !== "path") {
    throw pathRequired(name);
  }
  return operand.path;
}

const TYPE_NAMES = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"] as const;

function bindType(syntax: CallSyntax, bindings: Bindings): Condition {
  const [tested, operand] = bindTwo(syntax, bindings);
  const path = pathOf(tested, syntax.name);
  requireType(operand, TYPE_NAME, "attribute_type");
  const name = operand.kind === "value" ? operand.value.S : undefined;
  const type = TYPE_NAMES.find((known) => known === name);
  if (type === undefined) {
    throw new ExpressionFault(
      `Invalid attribute type name found; type: ${name}, valid types: {${TYPE_NAMES.join(",")}}`,
    );
  }
  return { kind: "type", path, type };
}

function bindOne(syntax: CallSyntax, bindings: Bindings): Operand {
  requireOperandCount(syntax, 1);
  return bindOperand(syntax.operands[0] as OperandSyntax, bindings);
}

function bindTwo(syntax: CallSyntax, bindings: Bindings): readonly [Operand, Operand] {
  requireOperandCount(syntax, 2);
  const [first, second] = syntax.operands as readonly [OperandSyntax, OperandSyntax];
  return [bindOperand(first, bindings), bindOperand(second, bindings)];
}

/** What a value must be is known before any item; what a path leads to is not. */
function requireType(operand: Operand, allowed: ReadonlySet<AttributeType>, name: string): void {
  const type =
    operand.kind === "value" ? typeOf(operand.value) : operand.kind === "size" ? "N" : undefined;
  requireOperandType(type, allowed, name);
}

function requireDistinct(operator: string, first: Operand, others: readonly Operand[]): void {
  if (first.kind !== "path") {
    return;
  }
  const text = formatPath(first.path);
  if (others.some((other) => other.kind === "path" && formatPath(other.path) === text)) {
    throw new ExpressionFault(
      "The first operand must be distinct from the remaining operands for this operator or " +
        `function; operator: ${operator}, first operand: ${text}`,
    );
  }
}
