/**
 * The grammar of conditions, filters and key conditions.
 *
 *     condition := and (OR and)*          and := not (AND not)*          not := NOT not | test
 *     test      := operand comparator operand | operand BETWEEN operand AND operand
 *                | operand IN ( operand, ... ) | function ( operand, ... ) | ( condition )
 *
 * An operand may stand in parentheses of its own. Parentheses around nothing but parentheses are
 * refused, as DynamoDB does.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
import { ExpressionFault } from "./expression-error.ts";
import { Cursor } from "./lexer.ts";
import { parseOperand } from "./operand-parser.ts";
import type { Comparator, ConditionSyntax, OperandSyntax } from "./syntax.ts";

export function parseCondition(text: string): ConditionSyntax {
  const cursor = new Cursor(text);
  const condition = parseOr(cursor);
  cursor.expectEnd();
  return requireCondition(cursor, condition);
}

/** While parsing, a term in parentheses may turn out to be an operand. */
type Term = ConditionSyntax | OperandSyntax;

const COMPARATORS: ReadonlySet<string> = new Set(["=", "<>", "<", "<=", ">", ">="]);

function parseOr(cursor: Cursor): Term {
  return parseChain(cursor, "OR", "or", parseAnd);
}

function parseAnd(cursor: Cursor): Term {
  return parseChain(cursor, "AND", "and", parseNot);
}

function parseChain(
  cursor: Cursor,
  keyword: "AND" | "OR",
  kind: "and" | "or",
  parsePart: (cursor: Cursor) => Term,
): Term {
  const first = parsePart(cursor);
  if (!cursor.isKeyword(keyword)) {
    return first;
  }
  const parts = [requireCondition(cursor, first)];
  while (cursor.takeKeyword(keyword)) {
    parts.push(requireCondition(cursor, parsePart(cursor)));
  }
  return { kind, parts };
}

function parseNot(cursor: Cursor): Term {
  if (!cursor.takeKeyword("NOT")) {
    return parseTest(cursor);
  }
  const condition = cursor.nested(() => parseNot(cursor));
  return { kind: "not", condition: requireCondition(cursor, condition) };
}

function parseTest(cursor: Cursor): Term {
  const term = cursor.isSymbol("(") ? parseParentheses(cursor) : parseOperand(cursor);
  return isOperand(term) ? parseComparison(cursor, term) : term;
}

function parseParentheses(cursor: Cursor): Term {
  return cursor.nested(() => {
    const open = cursor.at;
    cursor.expectSymbol("(");
    const inner = parseOr(cursor);
    const isRedundant = cursor.group?.open === open + 1 && cursor.group.close === cursor.at - 1;
    cursor.expectSymbol(")");
    if (isRedundant) {
      throw new ExpressionFault("The expression has redundant parentheses;");
    }
    cursor.group = { open, close: cursor.at - 1 };
    return inner;
  });
}

function parseComparison(cursor: Cursor, operand: OperandSyntax): Term {
  const { kind, text } = cursor.token;
  if (kind === "symbol" && COMPARATORS.has(text)) {
    cursor.advance();
    const right = parseOperandTerm(cursor);
    return { kind: "compare", comparator: text as Comparator, left: operand, right };
  }
  if (cursor.takeKeyword("BETWEEN")) {
    const low = parseOperandTerm(cursor);
    if (!cursor.takeKeyword("AND")) {
      throw cursor.fault();
    }
    return { kind: "between", operand, low, high: parseOperandTerm(cursor) };
  }
  if (cursor.takeKeyword("IN")) {
    return { kind: "in", operand, list: parseList(cursor) };
  }
  return operand;
}

function parseList(cursor: Cursor): readonly OperandSyntax[] {
  cursor.expectSymbol("(");
  const list = [parseOperandTerm(cursor)];
  while (cursor.takeSymbol(",")) {
    list.push(parseOperandTerm(cursor));
  }
  cursor.expectSymbol(")");
  return list;
}

/** An operand, in parentheses or not. */
function parseOperandTerm(cursor: Cursor): OperandSyntax {
  if (!cursor.takeSymbol("(")) {
    return parseOperand(cursor);
  }
  const operand = cursor.nested(() => parseOperandTerm(cursor));
  cursor.expectSymbol(")");
  return operand;
}

function isOperand(term: Term): term is OperandSyntax {
  return term.kind === "path" || term.kind === "value" || term.kind === "call";
}

/** A path or value where a condition must stand: the token behind it is the unexpected one. */
function requireCondition(cursor: Cursor, term: Term): ConditionSyntax {
  if (term.kind === "path" || term.kind === "value") {
    throw cursor.fault();
  }
  return term;
}
