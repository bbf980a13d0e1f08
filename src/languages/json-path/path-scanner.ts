/** Reads the text of a path piece by piece. */
import { SyntaxProblem } from "./path-error.ts";

/** Brackets in brackets: deeper texts are refused rather than followed. */
const NESTING_MAX = 50;
const ESCAPED = /\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g;
const QUOTED = /'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)"/y;
const LETTERS: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

export class PathScanner {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get position(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  textFrom(start: number): string {
    return this.#text.slice(start, this.#at);
  }

  peek(): string {
    return this.#text[this.#at] ?? "";
  }

  /** Whether `token` comes next, which is then behind the reader. */
  take(token: string): boolean {
    const isNext = this.#text.startsWith(token, this.#at);
    this.#at += isNext ? token.length : 0;
    return isNext;
  }

  /** The same, over white space. */
  takeToken(token: string): boolean {
    this.skipSpace();
    return this.take(token);
  }

  expect(token: string): void {
    if (!this.take(token)) {
      throw this.problem(`Expected '${token}'`);
    }
  }

  expectToken(token: string): void {
    this.skipSpace();
    this.expect(token);
  }

  skipSpace(): void {
    while (/\s/.test(this.peek())) {
      this.#at += 1;
    }
  }

  /** What a sticky expression finds next. */
  match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text);
    this.#at += found?.[0].length ?? 0;
    return found ?? undefined;
  }

  /** Text between quotes of either kind; a backslash escapes, and spells control characters as in JSON. */
  quoted(): string {
    const found = this.match(QUOTED);
    if (found === undefined) {
      throw this.problem("Property has not been closed - missing closing '");
    }
    const text = found[1] ?? found[2] ?? "";
    return text.includes("\\") ? text.replace(ESCAPED, unescaped) : text;
  }

  nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > NESTING_MAX) {
      throw this.problem("Path is nested too deeply");
    }
    const result = read();
    this.#depth -= 1;
    return result;
  }

  problem(what: string): SyntaxProblem {
    return new SyntaxProblem(`${what} at position ${this.#at}`);
  }
}

function unescaped(_: string, code: string | undefined, letter: string): string {
  return code === undefined
    ? (LETTERS[letter] ?? letter)
    : String.fromCharCode(Number.parseInt(code, 16));
}
