/** Tests of one text: equal, like a wildcard pattern, or as a regular expression finds it. */
import { LogFilterError } from "./filter-error.ts";
import type { Literal } from "./scanner.ts";

export type TextTest = (text: string) => boolean;

/** The whole text, `*` standing for anything; a regular expression is searched for. */
export function textTest(literal: Literal): TextTest {
  if (literal.form === "regex") {
    return regexTest(literal.text);
  }
  const parts = literal.text.split("*");
  const [first = ""] = parts;
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) {
    return (text) => text === first;
  }
  const between = parts.slice(1, -1).filter((part) => part !== "");
  const lengthMin = first.length + last.length;
  return (text) =>
    text.length >= lengthMin &&
    text.startsWith(first) &&
    text.endsWith(last) &&
    hasInOrder(text.slice(first.length, text.length - last.length), between);
}

/** The text anywhere in another. */
export function searchTest(literal: Literal): TextTest {
  return literal.form === "regex" ? regexTest(literal.text) : (text) => text.includes(literal.text);
}

function hasInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at === -1) {
      return false;
    }
    from = at + part.length;
  }
  return true;
}

function regexTest(source: string): TextTest {
  let expression: RegExp;
  try {
    expression = new RegExp(source);
  } catch {
    throw new LogFilterError("Invalid regular expression in filter pattern");
  }
  return (text) => expression.test(text);
}
