/**
 * The grammar of expressions.
 *
 *     or         := and (OR and)*
 *     and        := not (AND not)*
 *     not        := NOT not | test
 *     test       := sum [comparator sum | [NOT] BETWEEN sum AND sum | [NOT] IN sum | IS [NOT] type]
 *     sum        := term ((+ | -) term)*
 *     term       := literal | ? | path | name ( or, ... ) | ( or, ... )
 *
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-operators.html
 */
import type { DocumentPath } from "../dynamodb/bindings.ts";
import type { Comparator } from "../dynamodb/syntax.ts";
import { type Cursor, placeOf } from "./cursor.ts";
import { isKeyword } from "./keywords.ts";
import { malformed } from "./statement-error.ts";
import type { Expression, MapMember } from "./syntax.ts";

export function parseExpression(cursor: Cursor): Expression {
  return cursor.nested(() => parseChain(cursor, "OR"));
}

/** One node for `a OR b OR c`, so that long chains are not deep ones. */
function parseChain(cursor: Cursor, operator: "OR" | "AND"): Expression {
  const part = (): Expression =>
    operator === "OR" ? parseChain(cursor, "AND") : parseNegation(cursor);
  const place = placeOf(cursor.token);
  const parts = [part()];
  while (cursor.takeKeyword(operator)) {
    requireRightSide(cursor);
    parts.push(part());
  }
  const [only] = parts;
  return parts.length === 1 && only !== undefined
    ? only
    : { kind: operator === "OR" ? "or" : "and", parts, place };
}

function requireRightSide(cursor: Cursor): void {
  if (cursor.isAtEnd()) {
    throw malformed("Missing right-hand side expression of infix operator");
  }
}

function parseNegation(cursor: Cursor): Expression {
  const place = placeOf(cursor.token);
  if (!cursor.takeKeyword("NOT")) {
    return parseTest(cursor);
  }
  return { kind: "not", condition: cursor.nested(() => parseNegation(cursor)), place };
}

const COMPARATORS: Readonly<Record<string, Comparator>> = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

function parseTest(cursor: Cursor): Expression {
  const place = placeOf(cursor.token);
  const left = parseSum(cursor);
  const { kind, text } = cursor.token;
  const comparator = kind === "symbol" && Object.hasOwn(COMPARATORS, text) && COMPARATORS[text];
  if (comparator) {
    cursor.advance();
    requireRightSide(cursor);
    return { kind: "compare", comparator, left, right: parseSum(cursor), place };
  }
  if (cursor.takeKeyword("IS")) {
    return parseIs(cursor, left);
  }
  const isNegated = cursor.isKeyword("NOT") && isOperatorWord(cursor.next.text);
  if (isNegated) {
    cursor.advance();
  }
  const condition = parseWordTest(cursor, left);
  return isNegated ? { kind: "not", condition, place } : condition;
}

function isOperatorWord(text: string): boolean {
  return ["BETWEEN", "IN", "LIKE"].includes(text.toUpperCase());
}

function parseWordTest(cursor: Cursor, operand: Expression): Expression {
  const { place } = operand;
  if (cursor.takeKeyword("BETWEEN")) {
    const low = parseSum(cursor);
    cursor.expectKeyword("AND", "Expected AND after BETWEEN");
    requireRightSide(cursor);
    return { kind: "between", operand, low, high: parseSum(cursor), place };
  }
  if (cursor.takeKeyword("IN")) {
    requireRightSide(cursor);
    return { kind: "in", operand, list: parseSum(cursor), place };
  }
  if (cursor.takeKeyword("LIKE")) {
    requireRightSide(cursor);
    return { kind: "like", operand, pattern: parseSum(cursor), place };
  }
  return operand;
}

const TYPE_NAMES: ReadonlySet<string> = new Set(
  (
    "MISSING NULL BOOL BOOLEAN STRING CHAR CHARACTER VARCHAR SYMBOL CLOB BLOB INT INTEGER INT2 " +
    "INT4 INT8 SMALLINT BIGINT FLOAT REAL DOUBLE DEC DECIMAL NUMERIC LIST STRUCT TUPLE BAG SEXP " +
    "DATE TIME TIMESTAMP ANY"
  ).split(" "),
);

/** The second words of types of two. */
const SECOND_WORDS: Readonly<Record<string, string>> = {
  DOUBLE: "PRECISION",
  CHARACTER: "VARYING",
};

function parseIs(cursor: Cursor, operand: Expression): Expression {
  const isNegated = cursor.takeKeyword("NOT");
  const type = cursor.token.text.toUpperCase();
  if (cursor.token.kind !== "word" || !TYPE_NAMES.has(type)) {
    throw malformed("Expected type name");
  }
  cursor.advance();
  const second = SECOND_WORDS[type];
  if (second !== undefined) {
    cursor.takeKeyword(second);
  }
  const condition: Expression = { kind: "is", operand, type, place: operand.place };
  return isNegated ? { kind: "not", condition, place: operand.place } : condition;
}

function parseSum(cursor: Cursor): Expression {
  let left = parseTerm(cursor);
  while (cursor.isSymbol("+") || cursor.isSymbol("-") || cursor.isSymbol("||")) {
    const { text: operator } = cursor.advance();
    requireRightSide(cursor);
    const right = parseTerm(cursor);
    left = { kind: "arithmetic", operator, left, right, place: left.place };
  }
  return left;
}

const OPERATOR_WORDS = ["AND", "OR", "IS", "IN", "LIKE", "BETWEEN"] as const;

function parseTerm(cursor: Cursor): Expression {
  const { token } = cursor;
  const place = placeOf(token);
  switch (token.kind) {
    case "text":
    case "number":
      cursor.advance();
      return { kind: token.kind, text: token.text, place };
    case "name":
      return { kind: "path", path: parsePath(cursor), place };
    case "word":
      return parseWord(cursor);
    case "symbol":
      return parseSymbol(cursor);
    case "end":
      throw malformed("Unexpected term");
  }
}

function parseWord(cursor: Cursor): Expression {
  const { token } = cursor;
  const place = placeOf(token);
  if (cursor.next.kind === "symbol" && cursor.next.text === "(" && !isOperator(cursor)) {
    return cursor.nested(() => parseCall(cursor));
  }
  if (cursor.isKeyword("TRUE", "FALSE")) {
    cursor.advance();
    return { kind: "boolean", value: token.text.toUpperCase() === "TRUE", place };
  }
  if (cursor.takeKeyword("NULL")) {
    return { kind: "null", place };
  }
  if (isKeyword(token.text)) {
    throw malformed(isOperator(cursor) ? "Unexpected operator" : "Unexpected keyword");
  }
  return { kind: "path", path: parsePath(cursor), place };
}

function isOperator(cursor: Cursor): boolean {
  return cursor.isKeyword(...OPERATOR_WORDS);
}

/** Functions are named in any case; messages show them in small letters. */
function parseCall(cursor: Cursor): Expression {
  const token = cursor.advance();
  cursor.advance();
  const operands = cursor.isSymbol(")") ? [] : parseList(cursor);
  cursor.expectSymbol(")", "Expected RIGHT_PAREN");
  return { kind: "call", name: token.text.toLowerCase(), operands, place: placeOf(token) };
}

function parseList(cursor: Cursor): readonly Expression[] {
  const elements = [parseExpression(cursor)];
  while (cursor.takeSymbol(",")) {
    elements.push(parseExpression(cursor));
  }
  return elements;
}

function parseSymbol(cursor: Cursor): Expression {
  const place = placeOf(cursor.token);
  const { text } = cursor.token;
  switch (text) {
    case "?":
      cursor.advance();
      return { kind: "parameter", index: cursor.nextParameter(), place };
    case "-":
    case "+":
      return parseSigned(cursor);
    case "(": {
      const elements = parseEnclosed(cursor, ")");
      const [only] = elements;
      return elements.length === 1 && only !== undefined ? only : { kind: "list", elements, place };
    }
    case "[":
      return { kind: "list", elements: parseEnclosed(cursor, "]"), place };
    case "<<":
      return { kind: "bag", elements: parseEnclosed(cursor, ">>"), place };
    case "{":
      return { kind: "map", members: parseMembers(cursor), place };
    case "=":
    case "<":
    case ">":
    case "<=":
    case ">=":
    case "<>":
    case "!=":
    case "*":
    case "/":
    case "%":
    case "||":
      throw malformed("Unexpected operator");
    default:
      throw malformed("Unexpected term");
  }
}

function parseSigned(cursor: Cursor): Expression {
  const sign = cursor.advance();
  requireRightSide(cursor);
  const operand = cursor.nested(() => parseTerm(cursor));
  const place = placeOf(sign);
  if (operand.kind === "number" && !operand.text.startsWith("-")) {
    return { kind: "number", text: sign.text === "-" ? `-${operand.text}` : operand.text, place };
  }
  const zero: Expression = { kind: "number", text: "0", place };
  return { kind: "arithmetic", operator: sign.text, left: zero, right: operand, place };
}

const CLOSERS: Readonly<Record<string, string>> = {
  ")": "RIGHT_PAREN",
  "]": "RIGHT_BRACKET",
  ">>": "RIGHT_DOUBLE_ANGLE_BRACKET",
  "}": "RIGHT_CURLY",
};

function parseEnclosed(cursor: Cursor, closer: string): readonly Expression[] {
  cursor.advance();
  const elements = closer !== ")" && cursor.isSymbol(closer) ? [] : parseList(cursor);
  cursor.expectSymbol(closer, `Expected ${CLOSERS[closer]}`);
  return elements;
}

function parseMembers(cursor: Cursor): readonly MapMember[] {
  cursor.advance();
  const members: MapMember[] = [];
  while (!cursor.isSymbol("}")) {
    const name = cursor.advance();
    if (name.kind !== "text" && name.kind !== "name") {
      throw malformed("Unexpected term");
    }
    cursor.expectSymbol(":", "Expected COLON");
    members.push({ name: name.text, value: parseExpression(cursor) });
    if (!cursor.takeSymbol(",")) {
      break;
    }
  }
  cursor.expectSymbol("}", "Expected RIGHT_CURLY");
  return members;
}

const INDEX = /^[0-9]{1,9}$/;

/** `a`, `"b"`, `a.b[0]['c']`: the first step is a name that the caller has seen. */
export function parsePath(cursor: Cursor): DocumentPath {
  const steps: (string | number)[] = [cursor.advance().text];
  for (;;) {
    if (cursor.takeSymbol(".")) {
      const { kind, text } = cursor.token;
      if (kind !== "name" && !(kind === "word" && !isKeyword(text))) {
        throw malformed("Invalid path dot component");
      }
      steps.push(cursor.advance().text);
    } else if (cursor.takeSymbol("[")) {
      const { kind, text } = cursor.advance();
      if (kind !== "text" && !(kind === "number" && INDEX.test(text))) {
        throw malformed("Invalid path index component");
      }
      steps.push(kind === "text" ? text : Number(text));
      cursor.expectSymbol("]", "Expected RIGHT_BRACKET");
    } else {
      return steps;
    }
  }
}
