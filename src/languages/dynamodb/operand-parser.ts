/** The rules all expression languages share: document paths, values and function calls. */
import { ExpressionFault } from "./expression-error.ts";
import type { Cursor } from "./lexer.ts";
import { isReserved } from "./reserved-words.ts";
import type { CallSyntax, OperandSyntax, PathStep, PathSyntax, ValueSyntax } from "./syntax.ts";

/** `a`, `#b`, `a.b[0].#c`. */
export function parsePath(cursor: Cursor): PathSyntax {
  const steps: PathStep[] = [parseName(cursor)];
  for (;;) {
    if (cursor.takeSymbol(".")) {
      steps.push(parseName(cursor));
    } else if (cursor.takeSymbol("[")) {
      if (cursor.token.kind !== "index") {
        throw cursor.fault();
      }
      steps.push(parseIndex(cursor));
      cursor.expectSymbol("]");
    } else {
      return { kind: "path", steps: checkedDepth(steps), reserved: steps.find(isReservedStep) };
    }
  }
}

/** The deepest element a document can have. */
const PATH_STEPS_MAX = 32;
const INDEX_DIGITS_MAX = 9;

function checkedDepth(steps: readonly PathStep[]): readonly PathStep[] {
  if (steps.length > PATH_STEPS_MAX) {
    throw new ExpressionFault(
      `The document path has too many nesting elements; nesting levels: ${steps.length}`,
    );
  }
  return steps;
}

function parseIndex(cursor: Cursor): number {
  const { text } = cursor.token;
  if (text.length > INDEX_DIGITS_MAX) {
    throw new ExpressionFault(`List index is not within the allowable range; index: [${text}]`);
  }
  cursor.advance();
  return Number(text);
}

function isReservedStep(step: PathStep): step is string {
  return typeof step === "string" && isReserved(step);
}

/** Words of the grammar, which no name can be; other reserved words parse, and are refused later. */
const GRAMMAR_WORDS: ReadonlySet<string> = new Set([
  "ADD",
  "AND",
  "BETWEEN",
  "DELETE",
  "IN",
  "NOT",
  "OR",
  "REMOVE",
  "SET",
]);

function parseName(cursor: Cursor): string {
  const { kind, text } = cursor.token;
  const isName = kind === "alias" || (kind === "name" && !GRAMMAR_WORDS.has(text.toUpperCase()));
  if (!isName) {
    throw cursor.fault();
  }
  cursor.advance();
  return text;
}

export function parseValue(cursor: Cursor): ValueSyntax {
  if (cursor.token.kind !== "value") {
    throw cursor.fault();
  }
  return { kind: "value", name: cursor.advance().text };
}

/** A path, a value, or a function over operands. */
export function parseOperand(cursor: Cursor): OperandSyntax {
  if (cursor.token.kind === "value") {
    return parseValue(cursor);
  }
  const { kind, text } = cursor.next;
  if (cursor.token.kind === "name" && kind === "symbol" && text === "(") {
    return parseCall(cursor);
  }
  return parsePath(cursor);
}

function parseCall(cursor: Cursor): CallSyntax {
  return cursor.nested(() => {
    const name = cursor.advance().text;
    cursor.expectSymbol("(");
    const operands = [parseOperand(cursor)];
    while (cursor.takeSymbol(",")) {
      operands.push(parseOperand(cursor));
    }
    cursor.expectSymbol(")");
    return { kind: "call", name, operands };
  });
}
