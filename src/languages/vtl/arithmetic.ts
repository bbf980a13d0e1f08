/** Operators, as Velocity 1.7 applies them: https://velocity.apache.org/engine/1.7/user-guide.html#math */
import type { Budget } from "./budget.ts";
import type { BinaryOperator } from "./syntax.ts";
import { TemplateError } from "./template-error.ts";
import { classNameOf, EntryValue, ListValue, MapValue, type Value } from "./value.ts";
import { textOf } from "./value-text.ts";

/** Digits of a whole number: more are refused rather than multiplied. */
const INTEGER_BITS_MAX = 4096n;
const INTEGER_LIMIT = 2n ** INTEGER_BITS_MAX;

/** `null` where the operator says nothing of such operands. */
export function applyOperator(
  operator: BinaryOperator,
  left: Value,
  right: Value,
  budget: Budget,
): Value {
  switch (operator) {
    case "==":
      return areEqual(left, right, budget);
    case "!=":
      return !areEqual(left, right, budget);
    case "<":
      return compares(left, right, (sign) => sign < 0);
    case "<=":
      return compares(left, right, (sign) => sign <= 0);
    case ">":
      return compares(left, right, (sign) => sign > 0);
    case ">=":
      return compares(left, right, (sign) => sign >= 0);
    case "+":
      return add(left, right, budget);
    default:
      return calculate(operator, left, right);
  }
}

/** With a string it appends. */
function add(left: Value, right: Value, budget: Budget): Value {
  if (left === null || right === null) {
    return null;
  }
  if (typeof left === "string" || typeof right === "string") {
    const [a, b] = [textOf(left, budget), textOf(right, budget)];
    budget.allowText(a.length + b.length);
    return a + b;
  }
  return calculate("+", left, right);
}

type Arithmetic = "+" | "-" | "*" | "/" | "%";

function calculate(operator: Arithmetic, left: Value, right: Value): Value {
  if (typeof left === "bigint" && typeof right === "bigint") {
    return wholeResult(operator, left, right);
  }
  if (!isNumber(left) || !isNumber(right)) {
    return null;
  }
  return doubleResult(operator, Number(left), Number(right));
}

function isNumber(value: Value): value is bigint | number {
  return typeof value === "bigint" || typeof value === "number";
}

function wholeResult(operator: Arithmetic, left: bigint, right: bigint): Value {
  if ((operator === "/" || operator === "%") && right === 0n) {
    return null;
  }
  const results: Readonly<Record<Arithmetic, () => bigint>> = {
    "+": () => left + right,
    "-": () => left - right,
    "*": () => left * right,
    "/": () => left / right,
    "%": () => left % right,
  };
  const result = results[operator]();
  if (result > INTEGER_LIMIT || result < -INTEGER_LIMIT) {
    throw new TemplateError("The template makes a number that is too large");
  }
  return result;
}

function doubleResult(operator: Arithmetic, left: number, right: number): Value {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return right === 0 ? null : left / right;
    case "%":
      return right === 0 ? null : left % right;
  }
}

/** Numbers alone have an order. */
function compares(left: Value, right: Value, accepts: (sign: number) => boolean): boolean {
  if (!isNumber(left) || !isNumber(right)) {
    return false;
  }
  return accepts(left < right ? -1 : Number(left > right));
}

/** Numbers by value, values of one type as Java's `equals` has it, values of different types by their text. */
export function areEqual(left: Value, right: Value, budget: Budget): boolean {
  if (left === null || right === null) {
    return left === right;
  }
  if (isNumber(left) && isNumber(right)) {
    // biome-ignore lint/suspicious/noDoubleEquals: a whole number equals the double of the same value.
    return left == right;
  }
  if (isSameType(left, right)) {
    return javaEquals(left, right, budget);
  }
  return textOf(left, budget) === textOf(right, budget);
}

function isSameType(left: Exclude<Value, null>, right: Exclude<Value, null>): boolean {
  return typeof left === "object" && typeof right === "object"
    ? left.constructor === right.constructor
    : classNameOf(left) === classNameOf(right);
}

/** Java's `equals`: `1` and `1.0` differ, as do a number and its text. */
export function javaEquals(left: Value, right: Value, budget: Budget): boolean {
  budget.spend(1);
  if (left instanceof ListValue && right instanceof ListValue) {
    return (
      left === right ||
      (left.form !== "array" &&
        left.items.length === right.items.length &&
        left.items.every((item, index) => javaEquals(item, right.items[index] ?? null, budget)))
    );
  }
  if (left instanceof MapValue && right instanceof MapValue) {
    return (
      left === right || (left.entries.size === right.entries.size && holds(left, right, budget))
    );
  }
  if (left instanceof EntryValue && right instanceof EntryValue) {
    return javaEquals(left.key, right.key, budget) && javaEquals(left.value, right.value, budget);
  }
  return left === right;
}

function holds(left: MapValue, right: MapValue, budget: Budget): boolean {
  for (const [key, value] of left.entries) {
    if (!right.entries.has(key) || !javaEquals(value, right.entries.get(key) ?? null, budget)) {
      return false;
    }
  }
  return true;
}
