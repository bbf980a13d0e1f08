/**
 * The grammar of statements.
 *
 *     select := SELECT (* | path, ...) FROM table[.index] [WHERE or] [ORDER BY path [ASC | DESC], ...]
 *     insert := INSERT INTO table VALUE map
 *     update := UPDATE table change+ [WHERE or] [returning] | FROM table [WHERE or] change+ [returning]
 *     change := SET path = or, ... | REMOVE path
 *     delete := DELETE FROM table [WHERE or] [returning]
 *     exists := EXISTS ( select )
 *
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html and
 * recorded answers of October 2026 (https://github.com/paritysuite/dynamodb-conformance,
 * tests/tier2/partiql and tests/tier3/error-messages).
 */
import type { DocumentPath } from "../dynamodb/bindings.ts";
import { Cursor, placeOf } from "./cursor.ts";
import { parseExpression, parsePath } from "./expression-parser.ts";
import { isKeyword } from "./keywords.ts";
import { faultAt, malformed, StatementError } from "./statement-error.ts";
import type {
  AssignmentSyntax,
  Expression,
  OrderTerm,
  Returning,
  SelectSyntax,
  Statement,
} from "./syntax.ts";

/** Throws a `StatementError`. */
export function parseStatement(text: string): Statement {
  const cursor = new Cursor(text);
  const statement = parseAny(cursor);
  cursor.takeSymbol(";");
  if (cursor.token.kind !== "end") {
    throw malformed("Unexpected token after expression");
  }
  return statement;
}

function parseAny(cursor: Cursor): Statement {
  if (cursor.isKeyword("SELECT")) {
    return parseSelect(cursor);
  }
  if (cursor.takeKeyword("INSERT")) {
    return parseInsert(cursor);
  }
  if (cursor.takeKeyword("UPDATE")) {
    return parseUpdate(cursor);
  }
  if (cursor.takeKeyword("FROM")) {
    return parseFromFirst(cursor);
  }
  if (cursor.takeKeyword("DELETE")) {
    return parseDelete(cursor);
  }
  if (cursor.takeKeyword("EXISTS")) {
    return parseExists(cursor);
  }
  throw malformed("Expected data manipulation");
}

function parseExists(cursor: Cursor): Statement {
  cursor.expectSymbol("(", "Expected LEFT_PAREN");
  if (!cursor.isKeyword("SELECT")) {
    throw malformed("Unexpected term");
  }
  const select = parseSelect(cursor);
  cursor.expectSymbol(")", "Expected RIGHT_PAREN");
  return { kind: "exists", select };
}

function parseSelect(cursor: Cursor): SelectSyntax {
  cursor.advance();
  const projection = parseProjection(cursor);
  cursor.expectKeyword("FROM", "Expected FROM");
  const table = parseTable(cursor, undefined);
  const index = cursor.takeSymbol(".")
    ? parseTable(cursor, "Invalid path dot component")
    : undefined;
  refuseAlias(cursor);
  const where = parseWhere(cursor);
  const orderBy = parseOrder(cursor);
  refuseClause(cursor);
  return { kind: "select", table, index, projection, where, orderBy };
}

function parseProjection(cursor: Cursor): readonly DocumentPath[] | undefined {
  if (cursor.takeSymbol("*")) {
    return undefined;
  }
  const paths: DocumentPath[] = [];
  do {
    const { token } = cursor;
    if (cursor.next.kind === "symbol" && cursor.next.text === "(" && token.kind === "word") {
      throw faultAt("Unexpected path component", placeOf(token));
    }
    paths.push(parseNamedPath(cursor));
    if (cursor.takeKeyword("AS")) {
      throw aliasing();
    }
  } while (cursor.takeSymbol(","));
  return paths;
}

function parseNamedPath(cursor: Cursor): DocumentPath {
  const { kind, text } = cursor.token;
  if (kind === "name" || (kind === "word" && !isKeyword(text))) {
    return parsePath(cursor);
  }
  throw malformed(kind === "word" ? "Unexpected keyword" : "Unexpected term");
}

/** `detail` is what is said of a table that is missing; a SELECT says it by what stands there. */
function parseTable(cursor: Cursor, detail: string | undefined): string {
  const { kind, text } = cursor.token;
  if (kind === "name" || (kind === "word" && !isKeyword(text))) {
    return cursor.advance().text;
  }
  throw malformed(detail ?? (kind === "word" ? "Unexpected keyword" : "Unexpected term"));
}

const NO_TABLE = "Expected identifier for simple path";

/** An index in its place reads only. */
function parseWrittenTable(cursor: Cursor): string {
  const table = parseTable(cursor, NO_TABLE);
  if (cursor.isSymbol(".")) {
    throw new StatementError("This operation is not supported on an index");
  }
  return table;
}

function refuseAlias(cursor: Cursor): void {
  const { kind, text } = cursor.token;
  if (cursor.isKeyword("AS") || kind === "name" || (kind === "word" && !isKeyword(text))) {
    throw aliasing();
  }
}

function aliasing(): StatementError {
  return new StatementError("Aliasing is not supported");
}

function parseWhere(cursor: Cursor): Expression | undefined {
  return cursor.takeKeyword("WHERE") ? parseExpression(cursor) : undefined;
}

function parseOrder(cursor: Cursor): readonly OrderTerm[] {
  if (!cursor.takeKeyword("ORDER")) {
    return [];
  }
  cursor.expectKeyword("BY", "Expected BY");
  const terms: OrderTerm[] = [];
  do {
    const path = parseNamedPath(cursor);
    const isDescending = cursor.takeKeyword("DESC");
    if (!isDescending) {
      cursor.takeKeyword("ASC");
    }
    terms.push({ path, isDescending });
  } while (cursor.takeSymbol(","));
  return terms;
}

function refuseClause(cursor: Cursor): void {
  if (cursor.isKeyword("LIMIT", "GROUP", "HAVING")) {
    const clause = cursor.advance().text.toUpperCase();
    throw faultAt(`Unsupported clause: ${clause}`, placeOf(cursor.token));
  }
}

function parseInsert(cursor: Cursor): Statement {
  cursor.expectKeyword("INTO", "Expected INTO");
  const table = parseWrittenTable(cursor);
  if (cursor.isSymbol("(") && cursor.next.kind === "word" && isKeyword(cursor.next.text)) {
    throw malformed("Unexpected keyword");
  }
  cursor.expectKeyword("VALUE", "Unexpected token after expression");
  return { kind: "insert", table, value: parseExpression(cursor) };
}

function parseUpdate(cursor: Cursor): Statement {
  const table = parseWrittenTable(cursor);
  refuseAlias(cursor);
  const assignments = parseAssignments(cursor);
  const where = parseWhere(cursor);
  return { kind: "update", table, assignments, where, returning: parseReturning(cursor) };
}

function parseFromFirst(cursor: Cursor): Statement {
  const table = parseWrittenTable(cursor);
  refuseAlias(cursor);
  const where = parseWhere(cursor);
  const assignments = parseAssignments(cursor);
  return { kind: "update", table, assignments, where, returning: parseReturning(cursor) };
}

function parseAssignments(cursor: Cursor): readonly AssignmentSyntax[] {
  const assignments: AssignmentSyntax[] = [];
  while (cursor.isKeyword("SET", "REMOVE")) {
    if (cursor.takeKeyword("REMOVE")) {
      assignments.push({ kind: "remove", path: parseNamedPath(cursor) });
      continue;
    }
    cursor.advance();
    do {
      const path = parseNamedPath(cursor);
      cursor.expectSymbol("=", "Expected EQ");
      assignments.push({ kind: "set", path, value: parseExpression(cursor) });
    } while (cursor.takeSymbol(","));
  }
  if (assignments.length === 0) {
    throw malformed("Expected data manipulation");
  }
  return assignments;
}

function parseDelete(cursor: Cursor): Statement {
  cursor.expectKeyword("FROM", "Expected FROM");
  const table = parseWrittenTable(cursor);
  refuseAlias(cursor);
  const where = parseWhere(cursor);
  const returning = parseReturning(cursor);
  if (returning !== undefined && !(returning.scope === "ALL" && returning.age === "OLD")) {
    throw new StatementError(
      `Invalid returning clause: RETURNING ${returning.scope} ${returning.age} *. ` +
        "Only RETURNING ALL OLD * is allowed in DELETE statements.",
    );
  }
  return { kind: "delete", table, where, returning };
}

function parseReturning(cursor: Cursor): Returning | undefined {
  if (!cursor.takeKeyword("RETURNING")) {
    return undefined;
  }
  if (!cursor.isKeyword("ALL", "MODIFIED")) {
    throw malformed("Expected ALL or MODIFIED in a returning clause");
  }
  const scope = cursor.advance().text.toUpperCase() as Returning["scope"];
  if (!cursor.isKeyword("OLD", "NEW")) {
    throw malformed("Expected OLD or NEW in a returning clause");
  }
  const age = cursor.advance().text.toUpperCase() as Returning["age"];
  cursor.expectSymbol("*", "Expected STAR");
  return { scope, age };
}
