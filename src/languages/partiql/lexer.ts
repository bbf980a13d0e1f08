/**
 * Tokens of PartiQL.
 *
 * Words are names or keywords, in any case; names in double quotes are never keywords. Comments run
 * from `--` to the end of the line, or stand between slashes and stars.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html and
 * recorded answers of October 2026 (https://github.com/paritysuite/dynamodb-conformance,
 * tests/tier3/error-messages/partiqlGrammar.test.ts).
 */
import { malformed } from "./statement-error.ts";

export type TokenKind = "word" | "name" | "text" | "number" | "symbol" | "end";

/** Where a token stands: line and column from 1, length in characters. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

export interface Token extends Place {
  readonly kind: TokenKind;
  /** Without quotes. */
  readonly text: string;
}

const TOKEN =
  /(\s+|--[^\n\r]*|\/\*[\s\S]*?\*\/)|([A-Za-z_$][A-Za-z0-9_$]*)|"((?:[^"]|"")*)"|'((?:[^']|'')*)'|((?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(<<|>>|<>|!=|<=|>=|\|\||[=<>()[\]{},.:*+?;%-]|\/(?!\*))/uy;

/** By the number of the group that matched. */
const KINDS: readonly (TokenKind | undefined)[] = [
  undefined,
  undefined,
  "word",
  "name",
  "text",
  "number",
  "symbol",
];

/** Throws a `StatementError`. The last token is of the kind `end`. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let [line, lineStart] = [1, 0];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) {
      throw malformed("");
    }
    const group = match.findIndex((part, index) => index > 0 && part !== undefined);
    const kind = KINDS[group];
    const [whole] = match;
    if (kind !== undefined) {
      const place = { line, column: start - lineStart + 1, length: whole.length };
      tokens.push({ kind, text: unquoted(kind, match[group] ?? ""), ...place });
    }
    for (let at = whole.indexOf("\n"); at !== -1; at = whole.indexOf("\n", at + 1)) {
      line += 1;
      lineStart = start + at + 1;
    }
  }
  tokens.push({ kind: "end", text: "", line, column: text.length - lineStart + 1, length: 0 });
  return tokens;
}

function unquoted(kind: TokenKind, text: string): string {
  switch (kind) {
    case "name":
      return text.replaceAll('""', '"');
    case "text":
      return text.replaceAll("''", "'");
    case "number":
      return checkedNumber(text);
    default:
      return text;
  }
}

const INTEGER_MAX = 2_147_483_647;

/** A literal whose exponent or scale is no 32-bit integer can not be read at all. */
function checkedNumber(text: string): string {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const scale = (mantissa.split(".")[1] ?? "").length - Number(exponent);
  if (Math.abs(Number(exponent)) > INTEGER_MAX || Math.abs(scale) > INTEGER_MAX) {
    throw malformed("");
  }
  return text;
}
