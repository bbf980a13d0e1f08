/**
 * The grammar of projections: document paths with commas between them.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
 */
import { Cursor } from "./lexer.ts";
import { parsePath } from "./operand-parser.ts";
import type { PathSyntax } from "./syntax.ts";

export function parseProjection(text: string): readonly PathSyntax[] {
  const cursor = new Cursor(text);
  const paths = [parsePath(cursor)];
  while (cursor.takeSymbol(",")) {
    paths.push(parsePath(cursor));
  }
  cursor.expectEnd();
  return paths;
}
