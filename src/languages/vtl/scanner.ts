/** Reads the text of a template piece by piece. */
import type { Place } from "./syntax.ts";
import { TemplateError } from "./template-error.ts";

/** Blocks in blocks, and brackets in brackets: deeper texts are refused rather than followed. */
const NESTING_MAX = 60;

const SPACE = /[ \t\r\n]+/y;
const LINE_END = /[ \t]*(?:\r\n|\r|\n)/y;

export class Scanner {
  readonly text: string;
  at = 0;
  #depth: number;
  readonly #origin: Place;
  #starts: readonly number[] | undefined;

  /** `within`: the scanner of the template in whose string literal, at `at`, this text stands. */
  constructor(text: string, within?: Scanner, at = 0) {
    this.text = text;
    this.#depth = within === undefined ? 0 : within.#depth;
    this.#origin = within === undefined ? { line: 1, column: 1 } : within.place(at);
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  peek(): string {
    return this.text[this.at] ?? "";
  }

  startsWith(token: string): boolean {
    return this.text.startsWith(token, this.at);
  }

  /** Whether `token` comes next, which is then behind the reader. */
  take(token: string): boolean {
    const isNext = this.startsWith(token);
    this.at += isNext ? token.length : 0;
    return isNext;
  }

  /** The same, over white space. */
  takeToken(token: string): boolean {
    this.skipSpace();
    return this.take(token);
  }

  expectToken(token: string): void {
    if (!this.takeToken(token)) {
      throw this.unexpected(`"${token}"`);
    }
  }

  /** What a sticky expression finds next, which is then behind the reader. */
  match(expression: RegExp): RegExpExecArray | undefined {
    const found = this.lookingAt(expression);
    this.at += found?.[0].length ?? 0;
    return found;
  }

  lookingAt(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    return expression.exec(this.text) ?? undefined;
  }

  skipSpace(): void {
    this.match(SPACE);
  }

  /** White space up to and including the end of the line, where there is nothing else on it. */
  skipLineEnd(): void {
    this.match(LINE_END);
  }

  nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > NESTING_MAX) {
      throw this.problem("The template is nested too deeply");
    }
    const result = read();
    this.#depth -= 1;
    return result;
  }

  place(at: number = this.at): Place {
    const starts = this.#lineStarts();
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= at) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    const column = at - (starts[low] ?? 0);
    return {
      line: this.#origin.line + low,
      column: low === 0 ? this.#origin.column + column : column + 1,
    };
  }

  #lineStarts(): readonly number[] {
    this.#starts ??= [
      0,
      ...Array.from(this.text.matchAll(/\r\n|\r|\n/g), ({ 0: end, index }) => index + end.length),
    ];
    return this.#starts;
  }

  unexpected(expected: string): TemplateError {
    const [next] = this.lookingAt(/#?\{?\w+\}?|[\s\S]/y) ?? [];
    return this.problem(
      `Encountered ${JSON.stringify(next ?? "<EOF>")}, was expecting ${expected}`,
    );
  }

  problem(what: string, at: number = this.at): TemplateError {
    const { line, column } = this.place(at);
    return new TemplateError(`${what} at line ${line}, column ${column}`);
  }
}
