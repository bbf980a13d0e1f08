/** Operators between a value of a log event and a literal of the pattern. */
import { invalidPattern } from "./filter-error.ts";
import type { Literal } from "./scanner.ts";

/** Longer ones first, so that `<=` is not read as `<`. */
export const OPERATORS = ["!=", "<=", ">=", "=", "<", ">"] as const;
export type Operator = (typeof OPERATORS)[number];

const NUMBER = /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/;

export function numberOf(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

export function isOrder(operator: Operator): boolean {
  return operator !== "=" && operator !== "!=";
}

export function compareNumbers(operator: Operator, left: number, right: number): boolean {
  switch (operator) {
    case "=":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    default:
      return left >= right;
  }
}

/** What `<`, `<=`, `>` and `>=` compare with is a number, or the pattern is invalid. */
export function orderedNumber(literal: Literal): number {
  const value = literal.form === "bare" ? numberOf(literal.text) : undefined;
  if (value === undefined) {
    throw invalidPattern();
  }
  return value;
}
