/**
 * Decides the choice rules of JSONPath states.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
 *
 * A value of another type than the operator compares makes the test false; a `Variable` that is not there fails the
 * state, except under `IsPresent`. `And` and `Or` stop at the first part that decides.
 */

import { comparisonOf, isTypeTest, type TypeTest, typeTests } from "./choice-operators.ts";
import { bounded, runtimeError } from "./data-error.ts";
import { findPath } from "./paths.ts";
import { isArray, isObject, type Json, type Scope } from "./scope.ts";

type Decide = (scope: Scope) => boolean;

/** Rules are parts of a definition, which stays the same object from one execution to the next. */
const compiled = new WeakMap<object, Decide>();
const PATH = "Path";
/** Members of a rule that decide nothing. */
const OTHER_MEMBERS: ReadonlySet<string> = new Set(["Variable", "Next", "Comment", "Assign"]);

/** @throws DataError States.Runtime when a path finds nothing, or the rule is none. */
export function choiceRule(rule: Json, scope: Scope): boolean {
  return bounded("States.Runtime", () => compiledRule(rule)(scope));
}

function compiledRule(rule: Json): Decide {
  if (!isObject(rule)) {
    throw runtimeError("A choice rule must be an object.");
  }
  let decide = compiled.get(rule);
  if (decide === undefined) {
    decide = compile(rule);
    compiled.set(rule, decide);
  }
  return decide;
}

function compile(rule: { readonly [key: string]: Json }): Decide {
  const [operator, operand, ...others] = Object.entries(rule)
    .filter(([name]) => !OTHER_MEMBERS.has(name))
    .flat() as [string?, Json?, ...unknown[]];
  if (operator === undefined || operand === undefined || others.length > 0) {
    throw runtimeError("A choice rule must have exactly one comparison operator.");
  }
  switch (operator) {
    case "And": {
      const parts = parse(operand);
      return (scope) => parts.every((part) => part(scope));
    }
    case "Or": {
      const parts = parse(operand);
      return (scope) => parts.some((part) => part(scope));
    }
    case "Not": {
      const part = compiledRule(operand);
      return (scope) => !part(scope);
    }
    default:
      return compileTest(rule["Variable"], operator, operand);
  }
}

function parse(operand: Json): readonly Decide[] {
  if (!isArray(operand) || operand.length === 0) {
    throw runtimeError("And and Or need a list of choice rules.");
  }
  return operand.map(compiledRule);
}

function compileTest(variable: Json | undefined, operator: string, operand: Json): Decide {
  if (typeof variable !== "string") {
    throw runtimeError("A choice rule must have a Variable.");
  }
  if (isTypeTest(operator)) {
    return compileTypeTest(variable, operator, operand);
  }
  const byPath = operator.endsWith(PATH);
  const compare = comparisonOf(byPath ? operator.slice(0, -PATH.length) : operator);
  if (compare === undefined || (byPath && typeof operand !== "string")) {
    throw runtimeError(`The choice rule's operator ${operator} is not supported.`);
  }
  return byPath && typeof operand === "string"
    ? (scope) => compare(valueAt(variable, scope), valueAt(operand, scope))
    : (scope) => compare(valueAt(variable, scope), operand);
}

function compileTypeTest(variable: string, operator: TypeTest, operand: Json): Decide {
  const test = typeTests[operator];
  return operator === "IsPresent"
    ? (scope) => (findPath(variable, scope) !== undefined) === operand
    : (scope) => test(valueAt(variable, scope)) === operand;
}

function valueAt(path: string, scope: Scope): Json {
  const found = findPath(path, scope);
  if (found === undefined) {
    throw runtimeError(
      `Invalid path '${path}': The choice state's condition path references an invalid value.`,
    );
  }
  return found;
}
