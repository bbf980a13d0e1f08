/**
 * The `Conditions` section and the functions that give truth values, those of rules included.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html
 */
import { evaluate, isPending, NO_VALUE, type Scope } from "./functions.ts";
import type { ValueObject } from "./value.ts";
import { equalValues, isList, isObject, scalarText, TemplateError, type Value } from "./value.ts";

const OPERAND_COUNT_MAX = 10;

/** Looks conditions up by name, evaluating each once, and finds cycles among them. */
export function conditionsOf(
  declarations: ValueObject,
  scope: Omit<Scope, "condition">,
): (name: string) => boolean {
  const known = new Map<string, boolean | "open">();
  const lookUp = (name: string): boolean => {
    const seen = known.get(name);
    if (seen === "open") {
      throw new TemplateError(`Template format error: Circular condition dependency on ${name}`);
    }
    if (seen !== undefined) {
      return seen;
    }
    const declaration = declarations[name];
    if (declaration === undefined) {
      throw new TemplateError(`Template format error: Unresolved condition dependency ${name}`);
    }
    known.set(name, "open");
    const holds = evaluateCondition(declaration, { ...scope, condition: lookUp });
    known.set(name, holds);
    return holds;
  };
  return lookUp;
}

export function evaluateCondition(value: Value, scope: Scope): boolean {
  const [name, argument = null] = isObject(value) ? (Object.entries(value)[0] ?? []) : [];
  switch (name) {
    case "Condition":
      return scope.condition(scalarText(argument) ?? "");
    case "Fn::Equals":
      return equals(argument, scope);
    case "Fn::And":
      return operands(argument, "Fn::And").every((item) => evaluateCondition(item, scope));
    case "Fn::Or":
      return operands(argument, "Fn::Or").some((item) => evaluateCondition(item, scope));
    case "Fn::Not":
      return not(argument, scope);
    case "Fn::Contains":
      return contains(argument, scope);
    case "Fn::EachMemberEquals":
      return everyMember(argument, scope, (item, [expected]) => item === expected);
    case "Fn::EachMemberIn":
      return everyMember(argument, scope, (item, allowed) => allowed.includes(item));
    default:
      throw new TemplateError(
        "Template format error: Conditions can only be boolean operations on parameters and other conditions",
      );
  }
}

function equals(argument: Value, scope: Scope): boolean {
  if (!isList(argument) || argument.length !== 2) {
    throw new TemplateError(
      "Template error: every Fn::Equals object requires a list of 2 string parameters.",
    );
  }
  const [left, right] = argument.map((item) => known(item, scope));
  const [leftText, rightText] = [scalarText(left), scalarText(right)];
  return leftText === undefined ? equalValues(left, right) : leftText === rightText;
}

function operands(argument: Value, name: string): readonly Value[] {
  if (!isList(argument) || argument.length < 2 || argument.length > OPERAND_COUNT_MAX) {
    throw new TemplateError(
      `Template error: every ${name} object requires a list of at least 2 and at most ${OPERAND_COUNT_MAX} boolean parameters.`,
    );
  }
  return argument;
}

function not(argument: Value, scope: Scope): boolean {
  const [operand] = isList(argument) && argument.length === 1 ? argument : [];
  if (operand === undefined) {
    throw new TemplateError("Template error: every Fn::Not object requires one boolean parameter.");
  }
  return !evaluateCondition(operand, scope);
}

function contains(argument: Value, scope: Scope): boolean {
  const [list, wanted] = textLists(argument, scope);
  return (list ?? []).includes(wanted?.[0] ?? "");
}

function everyMember(
  argument: Value,
  scope: Scope,
  holds: (item: string, other: readonly string[]) => boolean,
): boolean {
  const [list = [], other = []] = textLists(argument, scope);
  return list.every((item) => holds(item, other));
}

/** Both operands of a rule function as lists of texts. */
function textLists(argument: Value, scope: Scope): readonly (readonly string[])[] {
  if (!isList(argument) || argument.length !== 2) {
    throw new TemplateError("Template error: rule functions require a list of 2 parameters.");
  }
  return argument.map((item) => {
    const value = known(item, scope);
    return (isList(value) ? value : [value]).map((text) => scalarText(text) ?? "");
  });
}

function known(value: Value, scope: Scope): Value {
  const result = evaluate(value, scope);
  if (result === NO_VALUE) {
    return "";
  }
  if (isPending(result)) {
    const names = JSON.stringify(result).match(/"Ref":"([^"]+)"/);
    throw new TemplateError(
      `Template format error: Unresolved dependencies [${names?.[1] ?? ""}]. Cannot reference resources in the Conditions block of the template`,
    );
  }
  return result;
}
