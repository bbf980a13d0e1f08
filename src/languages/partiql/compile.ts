/** Statements by their text: parsing depends on the text alone, so it is done once. */
import { parseStatement } from "./statement-parser.ts";
import type { Statement } from "./syntax.ts";

/** Parsed statements kept. */
const CACHE_ENTRIES_MAX = 1_000;

export interface StatementCompiler {
  /** Throws a `StatementError`. */
  parse(text: string): Statement;
}

export function createStatementCompiler(): StatementCompiler {
  const known = new Map<string, Statement>();
  return {
    parse(text) {
      const statement = known.get(text) ?? parseStatement(text);
      if (known.size >= CACHE_ENTRIES_MAX) {
        known.clear();
      }
      known.set(text, statement);
      return statement;
    },
  };
}
