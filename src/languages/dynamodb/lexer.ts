/**
 * Tokens of every expression language, and the cursor the parsers share.
 *
 * A syntax error names the offending token and what stands around it, from the token before to the
 * token behind, as sent: `token: ":", near: "hits : incr"`.
 */
import { ExpressionFault } from "./expression-error.ts";

export type TokenKind = "name" | "alias" | "value" | "index" | "symbol" | "end" | "unknown";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Names start with a letter; aliases and values are `#` and `:` with at least one letter, digit or
 * underscore behind them. Whatever fits nothing is a token of one character.
 */
const TOKEN =
  /\s*(?:([A-Za-z][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|([0-9]+)|(<>|<=|>=|[=<>()[\],.+-])|(\S))/uy;

const KINDS: readonly TokenKind[] = ["name", "alias", "value", "index", "symbol", "unknown"];

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const group = match.findIndex((part, index) => index > 0 && part !== undefined);
    const token = match[group] ?? "";
    const end = match.index + match[0].length;
    tokens.push({
      kind: KINDS[group - 1] ?? "unknown",
      text: token,
      start: end - token.length,
      end,
    });
  }
  return tokens;
}

/** Expressions nest at most as deep as they may have operators. */
const DEPTH_MAX = 300;

export class Cursor {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  /** Where the last parsed parentheses stand: indexes of tokens. */
  group: { readonly open: number; readonly close: number } | undefined;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
    this.#end = { kind: "end", text: "<EOF>", start: text.length, end: text.length };
  }

  /** The index of the present token. */
  get at(): number {
    return this.#at;
  }

  get token(): Token {
    return this.#tokens[this.#at] ?? this.#end;
  }

  get next(): Token {
    return this.#tokens[this.#at + 1] ?? this.#end;
  }

  advance(): Token {
    const token = this.token;
    this.#at += 1;
    return token;
  }

  isSymbol(symbol: string): boolean {
    return this.token.kind === "symbol" && this.token.text === symbol;
  }

  takeSymbol(symbol: string): boolean {
    const found = this.isSymbol(symbol);
    if (found) {
      this.#at += 1;
    }
    return found;
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) {
      throw this.fault();
    }
  }

  /** Keywords are words in any case. */
  isKeyword(keyword: string): boolean {
    return this.token.kind === "name" && this.token.text.toUpperCase() === keyword;
  }

  takeKeyword(keyword: string): boolean {
    const found = this.isKeyword(keyword);
    if (found) {
      this.#at += 1;
    }
    return found;
  }

  expectEnd(): void {
    if (this.token.kind !== "end") {
      throw this.fault();
    }
  }

  /** Runs a nested rule; the depth of nesting has a bound. */
  nested<T>(rule: () => T): T {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) {
      throw new ExpressionFault(
        `The expression contains too many operators; operator count: ${this.#depth}`,
      );
    }
    const result = rule();
    this.#depth -= 1;
    return result;
  }

  /** The fault of the present token. */
  fault(): ExpressionFault {
    const token = this.token;
    const from = this.#tokens[Math.min(this.#at, this.#tokens.length) - 1]?.start ?? token.start;
    const near = this.#text.slice(from, this.next.end).trim();
    return new ExpressionFault(`Syntax error; token: "${token.text}", near: "${near}"`);
  }
}
