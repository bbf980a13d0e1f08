/** Reads a pattern piece by piece. */
import { invalidPattern, LogFilterError } from "./filter-error.ts";

/** A piece of text in a pattern, and how it was written. */
export interface Literal {
  readonly text: string;
  /** A regular expression stands between percent signs. */
  readonly form: "bare" | "quoted" | "regex";
}

/** Of one pattern. Source: the page named in `log-filter.ts`. */
const REGEX_MAX = 2;
/** What CloudWatch allows in a regular expression: no groups, no back references. */
const REGEX_CHARACTERS = /^[\w\s:#=@/;,\-^$?[\]{}|\\*+.<>'"!&~`]*$/;

export class Scanner {
  readonly #text: string;
  #at = 0;
  #regexes = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    this.#skipSpace();
    return this.#at >= this.#text.length;
  }

  /** The first of `tokens` that comes next, which is then behind the reader. */
  take(...tokens: readonly string[]): string | undefined {
    this.#skipSpace();
    const found = tokens.find((token) => this.#text.startsWith(token, this.#at));
    this.#at += found?.length ?? 0;
    return found;
  }

  /** A keyword in whatever case, with nothing that belongs to a word behind it. */
  takeWord(word: string): boolean {
    this.#skipSpace();
    const end = this.#at + word.length;
    const isNext =
      this.#text.slice(this.#at, end).toUpperCase() === word && !/\w/.test(this.#text[end] ?? "");
    this.#at = isNext ? end : this.#at;
    return isNext;
  }

  expect(token: string): void {
    if (this.take(token) === undefined) {
      throw invalidPattern();
    }
  }

  /** What a sticky expression finds next. */
  match(expression: RegExp): string | undefined {
    this.#skipSpace();
    expression.lastIndex = this.#at;
    const [found] = expression.exec(this.#text) ?? [];
    this.#at += found?.length ?? 0;
    return found;
  }

  /** A literal whose bare form is what `bare`, a sticky expression, finds. */
  literal(bare: RegExp): Literal {
    this.#skipSpace();
    const first = this.#text[this.#at];
    if (first === '"') {
      return { text: this.#quoted(), form: "quoted" };
    }
    if (first === "%") {
      return { text: this.#regex(), form: "regex" };
    }
    const text = this.match(bare);
    if (text === undefined || text === "") {
      throw invalidPattern();
    }
    return { text, form: "bare" };
  }

  #quoted(): string {
    let text = "";
    for (let at = this.#at + 1; at < this.#text.length; at += 1) {
      const character = this.#text[at];
      if (character === '"') {
        this.#at = at + 1;
        return text;
      }
      if (character === "\\" && /["\\]/.test(this.#text[at + 1] ?? "")) {
        at += 1;
      }
      text += this.#text[at];
    }
    throw invalidPattern();
  }

  #regex(): string {
    const end = this.#text.indexOf("%", this.#at + 1);
    const text = this.#text.slice(this.#at + 1, end);
    this.#regexes += 1;
    if (end === -1 || text === "" || !REGEX_CHARACTERS.test(text)) {
      throw new LogFilterError("Invalid regular expression in filter pattern");
    }
    if (this.#regexes > REGEX_MAX) {
      throw new LogFilterError(`A filter pattern has at most ${REGEX_MAX} regular expressions`);
    }
    this.#at = end + 1;
    return text;
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) {
      this.#at += 1;
    }
  }
}
