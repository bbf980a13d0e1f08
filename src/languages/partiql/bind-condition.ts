/**
 * WHERE clauses as conditions of DynamoDB, with parameters put in. What is wrong with an operand is
 * known before any item is read.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-functions.html and
 * recorded answers of October 2026 (https://github.com/paritysuite/dynamodb-conformance,
 * tests/tier2/partiql and tests/tier3/error-messages/partiqlFunctions.test.ts).
 */
import { type AttributeType, type AttributeValue, typeOf } from "../dynamodb/attribute-value.ts";
import type { DocumentPath } from "../dynamodb/bindings.ts";
import type { Condition, Operand } from "../dynamodb/condition.ts";
import { literalOf } from "./literal.ts";
import type { Parameters } from "./parameters.ts";
import { faultAt, StatementError } from "./statement-error.ts";
import type { Expression, ExpressionOf } from "./syntax.ts";

export function bindCondition(expression: Expression, parameters: Parameters): Condition {
  const bind = (part: Expression): Condition => bindCondition(part, parameters);
  switch (expression.kind) {
    case "and":
    case "or":
      return { kind: expression.kind, parts: expression.parts.map(bind) };
    case "not":
      return { kind: "not", condition: bind(expression.condition) };
    case "compare":
      return bindCompare(expression, parameters);
    case "between":
      return bindBetween(expression, parameters);
    case "in":
      return bindIn(expression, parameters);
    case "is":
      return bindIs(expression);
    case "call":
      return bindCall(expression, parameters);
    case "like":
      throw faultAt("Unsupported operation: Like", expression.place);
    default:
      throw faultAt("A condition must be a test", expression.place);
  }
}

function bindOperand(expression: Expression, parameters: Parameters): Operand {
  if (expression.kind === "path") {
    return { kind: "path", path: expression.path };
  }
  if (expression.kind !== "call") {
    return { kind: "value", value: literalOf(expression, parameters) };
  }
  if (expression.name !== "size") {
    throw unrecognized(expression);
  }
  const [operand] = bindOperands(expression, parameters, 1);
  requireType(operand, SIZED, "size");
  return { kind: "size", operand };
}

const ORDERED: readonly AttributeType[] = ["S", "N", "B"];
const PREFIXED: readonly AttributeType[] = ["S", "B"];
const SIZED: readonly AttributeType[] = ["S", "B", "SS", "NS", "BS", "L", "M"];

function requireType(operand: Operand, allowed: readonly AttributeType[], name: string): void {
  if (operand.kind === "value" && !allowed.includes(typeOf(operand.value))) {
    throw new StatementError(
      "Incorrect operand type for operator or function; " +
        `operator or function: ${name}, operand type: ${typeOf(operand.value)}`,
    );
  }
}

function bindCompare(expression: ExpressionOf<"compare">, parameters: Parameters): Condition {
  const { comparator, left, right } = expression;
  const truth = truthTest(expression, parameters);
  if (truth !== undefined) {
    return truth;
  }
  const [first, second] = [bindOperand(left, parameters), bindOperand(right, parameters)];
  if (comparator !== "=" && comparator !== "<>") {
    requireType(first, ORDERED, comparator);
    requireType(second, ORDERED, comparator);
  }
  return { kind: "compare", comparator, left: first, right: second };
}

/** `attribute_exists(a) = true`: a test may be compared with a truth value. */
function truthTest(
  { comparator, left, right }: ExpressionOf<"compare">,
  parameters: Parameters,
): Condition | undefined {
  const isTest = left.kind === "call" && TESTS.includes(left.name);
  if (!isTest || right.kind !== "boolean" || (comparator !== "=" && comparator !== "<>")) {
    return undefined;
  }
  const condition = bindCondition(left, parameters);
  return right.value === (comparator === "=") ? condition : { kind: "not", condition };
}

function bindBetween(expression: ExpressionOf<"between">, parameters: Parameters): Condition {
  const [operand, low, high] = [expression.operand, expression.low, expression.high].map((side) => {
    const bound = bindOperand(side, parameters);
    requireType(bound, ORDERED, "BETWEEN");
    return bound;
  }) as [Operand, Operand, Operand];
  return { kind: "between", operand, low, high };
}

/** The list of an IN: more are refused. */
const IN_VALUES_MAX = 100;

function bindIn({ operand, list }: ExpressionOf<"in">, parameters: Parameters): Condition {
  const values = listOf(list, parameters);
  if (values.length > IN_VALUES_MAX) {
    throw new StatementError(
      `The IN operator takes at most ${IN_VALUES_MAX} operands; number of operands: ${values.length}`,
    );
  }
  return {
    kind: "in",
    operand: bindOperand(operand, parameters),
    list: values.map((value) => ({ kind: "value", value })),
  };
}

/** What stands in brackets or parentheses, or a parameter that is a list. */
function listOf(list: Expression, parameters: Parameters): readonly AttributeValue[] {
  if (list.kind === "list" || list.kind === "bag") {
    return list.elements.map((element) => literalOf(element, parameters));
  }
  const value = literalOf(list, parameters);
  return value.L ?? [value];
}

const NUMBERS = "INT INTEGER INT2 INT4 INT8 SMALLINT BIGINT FLOAT REAL DOUBLE DEC DECIMAL NUMERIC";
const TEXTS = "STRING CHAR CHARACTER VARCHAR SYMBOL CLOB";

/** What attributes of each PartiQL type are in DynamoDB. */
const TYPES: ReadonlyMap<string, readonly AttributeType[]> = new Map([
  ["NULL", ["NULL"]],
  ["BOOL", ["BOOL"]],
  ["BOOLEAN", ["BOOL"]],
  ...NUMBERS.split(" ").map((name) => [name, ["N"]] as const),
  ...TEXTS.split(" ").map((name) => [name, ["S"]] as const),
  ["BLOB", ["B"]],
  ["LIST", ["L"]],
  ["STRUCT", ["M"]],
  ["TUPLE", ["M"]],
  ["BAG", ["SS", "NS", "BS"]],
] as readonly (readonly [string, readonly AttributeType[]])[]);

function bindIs({ operand, type, place }: ExpressionOf<"is">): Condition {
  if (operand.kind !== "path") {
    throw faultAt("IS requires a document path", place);
  }
  const { path } = operand;
  if (type === "MISSING") {
    return { kind: "notExists", path };
  }
  const types = TYPES.get(type);
  if (types === undefined) {
    throw faultAt(`Unsupported type: ${type}`, place);
  }
  const parts = types.map((name): Condition => ({ kind: "type", path, type: name }));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: "or", parts };
}

const TESTS: readonly string[] = [
  "attribute_exists",
  "attribute_not_exists",
  "attribute_type",
  "begins_with",
  "contains",
];

function bindCall(expression: ExpressionOf<"call">, parameters: Parameters): Condition {
  switch (expression.name) {
    case "attribute_exists":
      return { kind: "exists", path: onlyPath(expression, parameters) };
    case "attribute_not_exists":
      return { kind: "notExists", path: onlyPath(expression, parameters) };
    case "attribute_type":
      return bindType(expression, parameters);
    case "begins_with": {
      const [left, right] = bindOperands(expression, parameters, 2) as [Operand, Operand];
      requireType(left, PREFIXED, "begins_with");
      requireType(right, PREFIXED, "begins_with");
      return { kind: "beginsWith", left, right };
    }
    case "contains": {
      const [left, right] = bindOperands(expression, parameters, 2) as [Operand, Operand];
      return { kind: "contains", left, right };
    }
    default:
      throw unrecognized(expression);
  }
}

function unrecognized({ name, place }: ExpressionOf<"call">): StatementError {
  return faultAt(`Unrecognized function: ${name}`, place);
}

function bindOperands(
  { name, operands }: ExpressionOf<"call">,
  parameters: Parameters,
  count: 1 | 2,
): readonly [Operand, ...Operand[]] {
  if (operands.length !== count) {
    throw new StatementError(
      "Incorrect number of operands for operator or function; " +
        `operator or function: ${name}, number of operands: ${operands.length}`,
    );
  }
  const bound = operands.map((operand) => bindOperand(operand, parameters));
  return bound as unknown as readonly [Operand, ...Operand[]];
}

function onlyPath(expression: ExpressionOf<"call">, parameters: Parameters): DocumentPath {
  const [operand] = bindOperands(expression, parameters, 1);
  return pathOf(operand, expression.name);
}

function pathOf(operand: Operand, name: string): DocumentPath {
  if (operand.kind !== "path") {
    throw new StatementError(
      `Operator or function requires a document path; operator or function: ${name}`,
    );
  }
  return operand.path;
}

const TYPE_NAMES = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"] as const;

function bindType(expression: ExpressionOf<"call">, parameters: Parameters): Condition {
  const [tested, named] = bindOperands(expression, parameters, 2) as [Operand, Operand];
  const path = pathOf(tested, expression.name);
  requireType(named, ["S"], "attribute_type");
  const name = named.kind === "value" ? named.value.S : undefined;
  const type = TYPE_NAMES.find((known) => known === name);
  if (type === undefined) {
    throw new StatementError(
      `Invalid attribute type name found; type: ${name}, valid types: {${TYPE_NAMES.join(",")}}`,
    );
  }
  return { kind: "type", path, type };
}
