/** What strings do with regular expressions: https://docs.oracle.com/javase/8/docs/api/java/lang/String.html */
import { EvaluationError } from "../../json-path/path-error.ts";
import type { SafePattern } from "../../json-path/safe-pattern.ts";
import type { Budget } from "../budget.ts";
import { compileJavaPattern, compileWholePattern } from "../java-pattern.ts";
import { TemplateError } from "../template-error.ts";
import { javaException } from "./method.ts";

interface Piece {
  readonly match: RegExpExecArray;
  readonly end: number;
}

function* matchesOf(pattern: string, text: string, budget: Budget): Generator<Piece> {
  const compiled = compileJavaPattern(pattern);
  compiled.lastIndex = 0;
  for (;;) {
    const match = find(compiled, text, budget);
    if (match === null) {
      return;
    }
    const end = match.index + match[0].length;
    // An empty match is followed by the next character, which may take two places.
    compiled.lastIndex =
      match[0] === "" ? end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1) : end;
    const next = compiled.lastIndex;
    yield { match, end };
    if (next > text.length) {
      return;
    }
    compiled.lastIndex = next;
  }
}

function find(compiled: SafePattern, text: string, budget: Budget): RegExpExecArray | null {
  budget.spend(1 + (text.length >>> 8));
  try {
    return compiled.execWithin(text, budget.matching);
  } catch (error) {
    if (error instanceof EvaluationError) {
      throw new TemplateError(error.message);
    }
    throw error;
  }
}

/** Whether the whole text is of the pattern. */
export function matches(text: string, pattern: string, budget: Budget): boolean {
  const compiled = compileWholePattern(pattern);
  compiled.lastIndex = 0;
  return find(compiled, text, budget) !== null;
}

export function replaceMatches(
  text: string,
  { pattern, by, which }: { pattern: string; by: string; which: "all" | "first" },
  budget: Budget,
): string {
  const parts: string[] = [];
  let [from, length] = [0, 0];
  const add = (part: string): void => {
    length += part.length;
    budget.allowText(length);
    parts.push(part);
  };
  for (const { match, end } of matchesOf(pattern, text, budget)) {
    add(text.slice(from, match.index));
    add(replacement(by, match));
    from = end;
    if (which === "first") {
      break;
    }
  }
  add(text.slice(from));
  return parts.join("");
}

const REPLACED = /\\([\s\S]?)|\$(?:(\d)(\d*)|\{([A-Za-z][A-Za-z0-9]*)\})?/g;

/** `$1` and `${name}` are groups, a backslash takes the next character as it is. */
function replacement(by: string, match: RegExpExecArray): string {
  return by.replace(REPLACED, (whole, escaped, digit, more, name) => {
    if (escaped !== undefined) {
      if (escaped === "") {
        throw javaException("IllegalArgumentException", "character to be escaped is missing");
      }
      return escaped;
    }
    if (name !== undefined) {
      return namedGroup(match, name);
    }
    if (digit === undefined) {
      throw javaException("IllegalArgumentException", `Illegal group reference: ${whole}`);
    }
    return numberedGroup(match, digit, more);
  });
}

function namedGroup(match: RegExpExecArray, name: string): string {
  if (match.groups === undefined || !Object.hasOwn(match.groups, name)) {
    throw javaException("IllegalArgumentException", `No group with name {${name}}`);
  }
  return match.groups[name] ?? "";
}

/** As many digits as there are groups for. */
function numberedGroup(match: RegExpExecArray, digit: string, more: string): string {
  let group = Number(digit);
  if (group >= match.length) {
    throw javaException("IndexOutOfBoundsException", `No group ${group}`);
  }
  let used = 0;
  while (used < more.length && group * 10 + Number(more[used]) < match.length) {
    group = group * 10 + Number(more[used]);
    used += 1;
  }
  return (match[group] ?? "") + more.slice(used);
}

/** Java leaves out an empty first part before an empty match, and without a limit empty last parts. */
export function splitText(text: string, pattern: string, limit: number, budget: Budget): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { match, end } of matchesOf(pattern, text, budget)) {
    if (limit > 0 && parts.length === limit - 1) {
      break;
    }
    if (end === 0 || (match[0] === "" && match.index === text.length)) {
      continue;
    }
    parts.push(text.slice(from, match.index));
    from = end;
  }
  parts.push(text.slice(from));
  if (limit === 0 && parts.length > 1) {
    while (parts.length > 0 && parts.at(-1) === "") {
      parts.pop();
    }
  }
  return parts;
}
