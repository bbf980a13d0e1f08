/**
 * Conditions from before there were expressions: `Expected`, `QueryFilter`, `ScanFilter` and
 * `KeyConditions`, with their comparison operators and `ConditionalOperator`.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
 */
import {
  type AttributeType,
  type AttributeValue,
  compareValues,
  typeOf,
} from "../../languages/dynamodb/attribute-value.ts";
import type { Condition, Operand } from "../../languages/dynamodb/condition.ts";
import { ExpressionError } from "../../languages/dynamodb/expression-error.ts";
import type { KeyCondition, KeyTest } from "../../languages/dynamodb/key-condition.ts";
import { normalizeValue, type Wording } from "../../languages/dynamodb/normalize.ts";
import type { Comparator } from "../../languages/dynamodb/syntax.ts";
import type {
  ExpectedAttributeValue,
  Condition as LegacyCondition,
} from "../../wire/models/dynamodb.gen.ts";

interface Operator {
  readonly values: { readonly min: number; readonly max: number };
  /** `undefined` takes every type. */
  readonly types?: ReadonlySet<AttributeType>;
}

const NO_VALUE = { min: 0, max: 0 };
const ONE_VALUE = { min: 1, max: 1 };
const SCALARS: ReadonlySet<AttributeType> = new Set(["S", "N", "B"]);
const CONTAINED: ReadonlySet<AttributeType> = new Set(["S", "N", "B", "BOOL", "NULL"]);

const OPERATORS: Readonly<Record<string, Operator>> = {
  EQ: { values: ONE_VALUE },
  NE: { values: ONE_VALUE },
  LT: { values: ONE_VALUE, types: SCALARS },
  LE: { values: ONE_VALUE, types: SCALARS },
  GT: { values: ONE_VALUE, types: SCALARS },
  GE: { values: ONE_VALUE, types: SCALARS },
  BETWEEN: { values: { min: 2, max: 2 }, types: SCALARS },
  IN: { values: { min: 1, max: Number.POSITIVE_INFINITY }, types: SCALARS },
  NULL: { values: NO_VALUE },
  NOT_NULL: { values: NO_VALUE },
  CONTAINS: { values: ONE_VALUE, types: CONTAINED },
  NOT_CONTAINS: { values: ONE_VALUE, types: CONTAINED },
  BEGINS_WITH: { values: ONE_VALUE, types: new Set(["S", "B"]) },
};

const COMPARATORS: Readonly<Record<string, Comparator>> = {
  EQ: "=",
  NE: "<>",
  LT: "<",
  LE: "<=",
  GT: ">",
  GE: ">=",
};

interface Parameters {
  readonly wording: Wording;
  readonly conditionalOperator: string | undefined;
}

export function filterOf(
  conditions: Readonly<Record<string, LegacyCondition>>,
  parameters: Parameters,
): Condition | undefined {
  const parts = Object.entries(conditions).map(([name, condition]) =>
    test(name, condition.ComparisonOperator, checkedValues(condition, parameters.wording)),
  );
  return joined(parts, parameters);
}

/** `Expected` of a write. */
export function expectationOf(
  expected: Readonly<Record<string, ExpectedAttributeValue>>,
  parameters: Parameters,
): Condition | undefined {
  const parts = Object.entries(expected).map(([name, expectation]) =>
    expectedTest(name, expectation, parameters.wording),
  );
  return joined(parts, parameters);
}

function joined(
  parts: readonly Condition[],
  { conditionalOperator }: Parameters,
): Condition | undefined {
  if (conditionalOperator !== undefined && parts.length < 2) {
    throw new ExpressionError(
      "ConditionalOperator can only be used when Filter or Expected has two or more elements",
    );
  }
  if (parts.length === 0) {
    return undefined;
  }
  return { kind: conditionalOperator === "OR" ? "or" : "and", parts };
}

function invalid(detail: string): ExpressionError {
  return new ExpressionError(`One or more parameter values were invalid: ${detail}`);
}

function expectedTest(name: string, expected: ExpectedAttributeValue, wording: Wording): Condition {
  const { Value, Exists, ComparisonOperator, AttributeValueList } = expected;
  const fault = (detail: string): ExpressionError => invalid(`${detail} for Attribute: ${name}`);
  if (ComparisonOperator === undefined) {
    if (AttributeValueList !== undefined) {
      throw fault("AttributeValueList can only be used with a ComparisonOperator");
    }
    if (Exists === false && Value !== undefined) {
      throw fault("Value cannot be used when Exists is false");
    }
    if (Exists !== false && Value === undefined) {
      throw fault(`Value must be provided when Exists is ${Exists ?? "null"}`);
    }
    return Value === undefined
      ? test(name, "NULL", [])
      : test(name, "EQ", [normalizeValue(Value, wording)]);
  }
  if (Exists !== undefined) {
    throw fault("Exists and ComparisonOperator cannot be used together");
  }
  if (Value !== undefined && AttributeValueList !== undefined) {
    throw fault("Value and AttributeValueList cannot be used together");
  }
  const takesValues = (OPERATORS[ComparisonOperator]?.values.min ?? 0) > 0;
  if (Value === undefined && AttributeValueList === undefined && takesValues) {
    throw fault(
      `Value or AttributeValueList must be used with ComparisonOperator: ${ComparisonOperator}`,
    );
  }
  const list = Value === undefined ? AttributeValueList : [Value];
  const condition = { ComparisonOperator, AttributeValueList: list };
  return test(name, ComparisonOperator, checkedValues(condition, wording));
}

function checkedValues(
  { ComparisonOperator: operator, AttributeValueList: list = [] }: LegacyCondition,
  wording: Wording,
): readonly AttributeValue[] {
  const { values: count, types } = OPERATORS[operator] ?? { values: ONE_VALUE };
  if (list.length < count.min || list.length > count.max) {
    throw invalid(`Invalid number of argument(s) for the ${operator} ComparisonOperator`);
  }
  const values = list.map((value) => normalizeValue(value, wording));
  const wrong = values.find((value) => types !== undefined && !types.has(typeOf(value)));
  if (wrong !== undefined) {
    throw invalid(
      `ComparisonOperator ${operator} is not valid for ${typeOf(wrong)} AttributeValue type`,
    );
  }
  requireBounds(operator, values);
  return values;
}

function requireBounds(operator: string, [low, high]: readonly AttributeValue[]): void {
  if (operator !== "BETWEEN" || low === undefined || high === undefined) {
    return;
  }
  const order = compareValues(low, high);
  if (order === undefined) {
    throw invalid("AttributeValues inside AttributeValueList must be of same type");
  }
  if (order > 0) {
    throw new ExpressionError(
      "The BETWEEN condition was provided a range where the lower bound is greater than " +
        "the upper bound",
    );
  }
}

function test(name: string, operator: string, values: readonly AttributeValue[]): Condition {
  const path = [name];
  const operand: Operand = { kind: "path", path };
  const [first, second] = values.map((value): Operand => ({ kind: "value", value }));
  const comparator = COMPARATORS[operator];
  if (first === undefined) {
    return { kind: operator === "NULL" ? "notExists" : "exists", path };
  }
  if (comparator !== undefined) {
    return { kind: "compare", comparator, left: operand, right: first };
  }
  switch (operator) {
    case "BETWEEN":
      return { kind: "between", operand, low: first, high: second ?? first };
    case "IN":
      return { kind: "in", operand, list: values.map((value) => ({ kind: "value", value })) };
    case "BEGINS_WITH":
      return { kind: "beginsWith", left: operand, right: first };
    default:
      return containment({ kind: "contains", left: operand, right: first }, operator);
  }
}

function containment(contains: Condition, operator: string): Condition {
  return operator === "NOT_CONTAINS" ? { kind: "not", condition: contains } : contains;
}

export function legacyKeyCondition(
  conditions: Readonly<Record<string, LegacyCondition>>,
  wording: Wording,
): KeyCondition {
  return new Map(
    Object.entries(conditions).map(([name, condition]) => {
      const [first, second] = checkedValues(condition, wording);
      return [name, keyTest(condition.ComparisonOperator, first ?? {}, second ?? {})];
    }),
  );
}

function keyTest(operator: string, first: AttributeValue, second: AttributeValue): KeyTest {
  const comparator = COMPARATORS[operator];
  if (comparator !== undefined && comparator !== "<>") {
    return { kind: "compare", comparator, value: first };
  }
  if (operator === "BETWEEN") {
    return { kind: "between", low: first, high: second };
  }
  if (operator === "BEGINS_WITH") {
    return { kind: "beginsWith", prefix: first };
  }
  throw new ExpressionError("Attempted conditional constraint is not an indexable operation");
}
