/**
 * Key conditions: conditions joined by AND, each on one attribute that stands alone.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
 */
import type { AttributeValue } from "./attribute-value.ts";
import type { Bindings } from "./bindings.ts";
import { bindCondition, type Condition, type Operand } from "./condition.ts";
import { ExpressionError, ExpressionFault } from "./expression-error.ts";
import type { Comparator, ConditionSyntax } from "./syntax.ts";

export type KeyTest =
  | { readonly kind: "compare"; readonly comparator: Comparator; readonly value: AttributeValue }
  | { readonly kind: "between"; readonly low: AttributeValue; readonly high: AttributeValue }
  | { readonly kind: "beginsWith"; readonly prefix: AttributeValue };

/** By attribute name. */
export type KeyCondition = ReadonlyMap<string, KeyTest>;

export function bindKeyCondition(syntax: ConditionSyntax, bindings: Bindings): KeyCondition {
  const tests = new Map<string, KeyTest>();
  for (const condition of conjuncts(bindCondition(syntax, bindings))) {
    const [name, test] = keyTest(condition);
    if (tests.has(name)) {
      throw new ExpressionFault("KeyConditionExpressions must only contain one condition per key");
    }
    tests.set(name, test);
  }
  return tests;
}

function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === "and" ? condition.parts.flatMap(conjuncts) : [condition];
}

const MIRRORED: Readonly<Record<Comparator, Comparator>> = {
  "=": "=",
  "<>": "<>",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

function keyTest(condition: Condition): readonly [name: string, test: KeyTest] {
  switch (condition.kind) {
    case "compare": {
      const { comparator, left, right } = condition;
      if (comparator === "<>") {
        throw invalidOperator("<>");
      }
      const isMirrored = left.kind === "value";
      const [name, value] = isMirrored ? [right, left] : [left, right];
      const facing = isMirrored ? MIRRORED[comparator] : comparator;
      return [keyName(name), { kind: "compare", comparator: facing, value: constant(value) }];
    }
    case "between": {
      const { operand, low, high } = condition;
      const name = keyName(operand);
      return [name, { kind: "between", low: constant(low), high: constant(high) }];
    }
    case "beginsWith":
      return [keyName(condition.left), { kind: "beginsWith", prefix: constant(condition.right) }];
    default:
      throw invalidOperator(OPERATORS[condition.kind]);
  }
}

type OtherKind = Exclude<Condition["kind"], "compare" | "between" | "beginsWith">;

const OPERATORS: Readonly<Record<OtherKind, string>> = {
  and: "AND",
  or: "OR",
  not: "NOT",
  in: "IN",
  exists: "attribute_exists",
  notExists: "attribute_not_exists",
  type: "attribute_type",
  contains: "contains",
};

function invalidOperator(operator: string): ExpressionError {
  return new ExpressionError(`Invalid operator used in KeyConditionExpression: ${operator}`);
}

function keyName(operand: Operand): string {
  if (operand.kind === "size") {
    throw invalidOperator("size");
  }
  if (operand.kind === "value") {
    throw new ExpressionError(
      "Invalid condition in KeyConditionExpression: No key attribute specified",
    );
  }
  const [name, ...rest] = operand.path;
  if (rest.length > 0) {
    throw new ExpressionFault(
      "KeyConditionExpressions cannot have conditions on nested attributes",
    );
  }
  return String(name);
}

function constant(operand: Operand): AttributeValue {
  if (operand.kind === "size") {
    throw invalidOperator("size");
  }
  if (operand.kind === "path") {
    throw new ExpressionError(
      "Invalid condition in KeyConditionExpression: " +
        "Multiple attribute names used in one condition",
    );
  }
  return operand.value;
}
