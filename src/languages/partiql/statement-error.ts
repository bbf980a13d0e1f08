/** What is wrong with a statement: the text of a ValidationException. */
import { ExpressionError } from "../dynamodb/expression-error.ts";
import type { Place } from "./lexer.ts";

export class StatementError extends ExpressionError {}

/** A text that is no statement. AWS leaves the detail out for what its lexer refuses. */
export function malformed(detail: string): StatementError {
  return new StatementError(`Statement wasn't well formed, can't be processed: ${detail}`);
}

/** `at 1:8:5`: line and column, from 1, and length, as messages give the place of a token. */
export function faultAt(message: string, { line, column, length }: Place): StatementError {
  return new StatementError(`${message} at ${line}:${column}:${length}`);
}
