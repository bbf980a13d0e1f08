/** The place of a parser in a statement. */
import type { Place, Token } from "./lexer.ts";
import { tokenize } from "./lexer.ts";
import { malformed } from "./statement-error.ts";

/** Parentheses, literals and operators nest at most this deep. */
const DEPTH_MAX = 200;

export class Cursor {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #parameters = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  get token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  get next(): Token {
    return this.#tokens[this.#at + 1] ?? this.token;
  }

  advance(): Token {
    const token = this.token;
    if (token.kind !== "end") {
      this.#at += 1;
    }
    return token;
  }

  /** Nothing follows, or nothing but what ends a statement. */
  isAtEnd(): boolean {
    return this.token.kind === "end" || this.isSymbol(";");
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

  isKeyword(...keywords: readonly string[]): boolean {
    return this.token.kind === "word" && keywords.includes(this.token.text.toUpperCase());
  }

  takeKeyword(keyword: string): boolean {
    const found = this.isKeyword(keyword);
    if (found) {
      this.#at += 1;
    }
    return found;
  }

  expectSymbol(symbol: string, detail: string): void {
    if (!this.takeSymbol(symbol)) {
      throw malformed(detail);
    }
  }

  expectKeyword(keyword: string, detail: string): void {
    if (!this.takeKeyword(keyword)) {
      throw malformed(detail);
    }
  }

  /** The number of the next `?`. */
  nextParameter(): number {
    this.#parameters += 1;
    return this.#parameters - 1;
  }

  /** Runs a nested rule; the depth of nesting has a bound. */
  nested<T>(rule: () => T): T {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) {
      throw malformed("Expressions are nested too deeply");
    }
    const result = rule();
    this.#depth -= 1;
    return result;
  }
}

export function placeOf({ line, column, length }: Token): Place {
  return { line, column, length };
}
