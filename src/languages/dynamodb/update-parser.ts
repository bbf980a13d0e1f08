/**
 * The grammar of update expressions.
 *
 *     update  := (SET set, ... | REMOVE path, ... | ADD path value, ... | DELETE path value, ...)+
 *     set     := path = term | path = term + term | path = term - term
 *     term    := operand | ( term ) | ( term + term ) | ( term - term )
 *
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
import { ExpressionFault } from "./expression-error.ts";
import { Cursor } from "./lexer.ts";
import { parseOperand, parsePath, parseValue } from "./operand-parser.ts";
import type { UpdateActionSyntax, UpdateSyntax, UpdateValueSyntax } from "./syntax.ts";

const SECTIONS = ["SET", "REMOVE", "ADD", "DELETE"] as const;
type Section = (typeof SECTIONS)[number];

export function parseUpdate(text: string): UpdateSyntax {
  const cursor = new Cursor(text);
  const actions: UpdateActionSyntax[] = [];
  const seen = new Set<Section>();
  do {
    const section = parseSection(cursor);
    do {
      actions.push(parseAction(cursor, section));
    } while (cursor.takeSymbol(","));
    if (seen.has(section)) {
      throw new ExpressionFault(
        `The "${section}" section can only be used once in an update expression;`,
      );
    }
    seen.add(section);
  } while (cursor.token.kind !== "end");
  return { actions };
}

function parseSection(cursor: Cursor): Section {
  for (const section of SECTIONS) {
    if (cursor.takeKeyword(section)) {
      return section;
    }
  }
  throw cursor.fault();
}

function parseAction(cursor: Cursor, section: Section): UpdateActionSyntax {
  const path = parsePath(cursor);
  switch (section) {
    case "SET":
      cursor.expectSymbol("=");
      return { kind: "set", path, value: parseSetValue(cursor) };
    case "REMOVE":
      return { kind: "remove", path };
    case "ADD":
      return { kind: "add", path, value: parseValue(cursor) };
    case "DELETE":
      return { kind: "delete", path, value: parseValue(cursor) };
  }
}

function parseSetValue(cursor: Cursor): UpdateValueSyntax {
  const left = parseTerm(cursor);
  if (cursor.isSymbol("+") || cursor.isSymbol("-")) {
    const kind = cursor.advance().text === "+" ? "add" : "subtract";
    return { kind, left, right: parseTerm(cursor) };
  }
  return left;
}

function parseTerm(cursor: Cursor): UpdateValueSyntax {
  if (!cursor.takeSymbol("(")) {
    return parseOperand(cursor);
  }
  const inner = cursor.nested(() => parseSetValue(cursor));
  cursor.expectSymbol(")");
  return inner;
}
