/**
 * Checks the rules of a Choice state.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
 */
import { pathProblem } from "./data/paths.ts";
import { isArray, isObject, type Json, type JsonObject } from "./data/scope.ts";
import {
  checkJsonata,
  checkValue,
  checkVariables,
  type FieldContext,
  isExpression,
} from "./field-values.ts";

const COMPARED = [
  ...["StringEquals", "StringLessThan", "StringGreaterThan"],
  ...["StringLessThanEquals", "StringGreaterThanEquals"],
  ...["NumericEquals", "NumericLessThan", "NumericGreaterThan"],
  ...["NumericLessThanEquals", "NumericGreaterThanEquals"],
  ...["BooleanEquals"],
  ...["TimestampEquals", "TimestampLessThan", "TimestampGreaterThan"],
  ...["TimestampLessThanEquals", "TimestampGreaterThanEquals"],
];
const TESTS = ["IsNull", "IsPresent", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp"];
const OPERATORS = new Set([
  ...COMPARED,
  ...COMPARED.map((name) => `${name}Path`),
  ...TESTS,
  "StringMatches",
]);
const GROUPS = ["And", "Or", "Not"];
const AROUND = ["Next", "Comment", "Assign", "Output"];
/** Rules in rules in rules: far more than anybody writes. */
const DEPTH_MAX = 50;

export function checkChoice(context: FieldContext, choice: Json, location: string): void {
  const { findings, language } = context;
  if (!isObject(choice)) {
    findings.schema("Expected value of type Object", location);
    return;
  }
  if (choice.Next === undefined) {
    findings.schema("These fields are required: [Next]", location);
  } else {
    checkValue(context, choice.Next, "string", `${location}/Next`);
  }
  if (choice.Assign !== undefined) {
    checkValue(context, choice.Assign, "template", `${location}/Assign`);
    checkVariables(findings, choice.Assign, `${location}/Assign`);
  }
  if (language === "JSONata") {
    checkCondition(context, choice, location);
  } else {
    const { Next: _, Assign: __, Comment: ___, ...rule } = choice;
    checkRule(context, rule, location, 0);
  }
}

function checkCondition(context: FieldContext, choice: JsonObject, location: string): void {
  const { findings } = context;
  for (const name of Object.keys(choice)) {
    if (name !== "Condition" && !AROUND.includes(name)) {
      findings.schema(`Field '${name}' is not supported`, location);
    }
  }
  if (choice.Output !== undefined) {
    checkValue(context, choice.Output, "template", `${location}/Output`);
  }
  const { Condition: condition } = choice;
  if (condition === undefined) {
    findings.schema("These fields are required: [Condition]", location);
  } else if (isExpression(condition)) {
    checkJsonata(context, condition, `${location}/Condition`);
  } else if (typeof condition !== "boolean") {
    findings.schema("Value is not a valid JSONata expression", `${location}/Condition`);
  }
}

function checkRule(context: FieldContext, rule: Json, location: string, depth: number): void {
  const { findings } = context;
  if (!isObject(rule)) {
    findings.schema("Expected value of type Object", location);
    return;
  }
  if (depth > DEPTH_MAX) {
    findings.error("TOO_DEEPLY_NESTED", "The choice rules are too deeply nested", location);
    return;
  }
  const group = GROUPS.find((name) => Object.hasOwn(rule, name));
  if (group !== undefined) {
    checkGroup(context, { rule, group }, location, depth);
    return;
  }
  const operators = Object.keys(rule).filter((name) => OPERATORS.has(name));
  for (const name of Object.keys(rule)) {
    if (!OPERATORS.has(name) && name !== "Variable" && name !== "Comment") {
      findings.schema(`Field '${name}' is not supported`, location);
    }
  }
  if (rule.Variable === undefined) {
    findings.schema("These fields are required: [Variable]", location);
  } else {
    const problem =
      typeof rule.Variable === "string"
        ? pathProblem(rule.Variable, "variable")
        : "Expected value of type String";
    if (problem !== undefined) {
      findings.schema(problem, `${location}/Variable`);
    }
  }
  const [operator] = operators;
  if (operator === undefined || operators.length > 1) {
    findings.schema("A choice rule must have exactly one comparison operator", location);
  } else {
    checkOperand(context, operator, rule[operator] as Json, `${location}/${operator}`);
  }
}

function checkGroup(
  context: FieldContext,
  { rule, group }: { readonly rule: JsonObject; readonly group: string },
  location: string,
  depth: number,
): void {
  const { findings } = context;
  for (const name of Object.keys(rule)) {
    if (name !== group && name !== "Comment") {
      findings.schema(`Field '${name}' is not supported`, location);
    }
  }
  const inside = rule[group] as Json;
  if (group === "Not") {
    checkRule(context, inside, `${location}/Not`, depth + 1);
  } else if (isArray(inside) && inside.length > 0) {
    inside.forEach((item, index) => {
      checkRule(context, item, `${location}/${group}[${index}]`, depth + 1);
    });
  } else {
    findings.schema("Expected a non-empty value of type Array", `${location}/${group}`);
  }
}

function checkOperand(
  context: FieldContext,
  operator: string,
  operand: Json,
  location: string,
): void {
  const isBoolean = TESTS.includes(operator) || operator === "BooleanEquals";
  if (operator.endsWith("Path")) {
    checkValue(context, operand, "referencePath", location);
  } else if (isBoolean) {
    checkValue(context, operand, "boolean", location);
  } else if (operator.startsWith("Numeric")) {
    if (typeof operand !== "number") {
      context.findings.schema("Expected value of type Number", location);
    }
  } else {
    checkValue(
      context,
      operand,
      operator.startsWith("Timestamp") ? "timestamp" : "string",
      location,
    );
  }
}
