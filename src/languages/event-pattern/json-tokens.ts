/**
 * JSON, token by token, with the positions and messages of the parser that EventBridge uses.
 *
 * The messages of an invalid event pattern end in a line and column, and those depend on how far
 * the parser had read: a string value is read lazily (the position is behind its opening quote
 * until its text is asked for), and a field name is read together with the start of its value.
 * Patterns also keep duplicate keys apart, which `JSON.parse` does not.
 *
 * Source: recorded answers such as `"slug" must be an object or an array at [Source: (String)...`
 * (https://github.com/buildkite/docs/pull/896) and the documented behaviour of jackson-core 2.x.
 */

export type TokenKind =
  | "objectStart"
  | "objectEnd"
  | "arrayStart"
  | "arrayEnd"
  | "fieldName"
  | "string"
  | "number"
  | "true"
  | "false"
  | "null";

/** Thrown inside the parser; `reason` is what EventBridge prints behind `Reason: `. */
export class JsonTokenError extends Error {
  override readonly name = "JsonTokenError";
}

interface Scope {
  readonly kind: "Object" | "Array";
  /** The index of its opening bracket. */
  readonly openedAt: number;
  count: number;
}

const SOURCE_CHARS_MAX = 500;
const TOKEN_CHARS_MAX = 256;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const VALID_VALUE = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

export class JsonTokens {
  readonly #source: string;
  #at = 0;
  readonly #scopes: Scope[] = [];
  #current: TokenKind | undefined;
  #pending: TokenKind | undefined;
  #text = "";
  #name = "";
  #unread = false;

  constructor(source: string) {
    this.#source = source;
  }

  /** The name of the field whose value is next or current. */
  get name(): string {
    return this.#name;
  }

  /** The next token; `undefined` at the end of the input. */
  next(): TokenKind | undefined {
    this.#current = this.#read();
    return this.#current;
  }

  /** The text of the current token: unescaped for strings. */
  text(): string {
    if (this.#unread) {
      this.#text = this.#stringBody("string value");
      this.#unread = false;
    }
    return this.#current === "fieldName" ? this.#name : this.#text;
  }

  /** An error at the current position. */
  error(message: string): JsonTokenError {
    return new JsonTokenError(`${message}\n at ${this.#location(this.#at)}`);
  }

  #read(): TokenKind | undefined {
    if (this.#pending !== undefined) {
      const kind = this.#pending;
      this.#pending = undefined;
      return kind;
    }
    this.text();
    const scope = this.#scopes.at(-1);
    let char = this.#nextChar();
    if (char === undefined) {
      if (scope !== undefined) {
        throw this.error(
          `Unexpected end-of-input: expected close marker for ${scope.kind} ` +
            `(start marker at ${this.#location(scope.openedAt)})`,
        );
      }
      return undefined;
    }
    if (char === "}" || char === "]") {
      return this.#close(char);
    }
    if (scope !== undefined && scope.count > 0) {
      if (char !== ",") {
        throw this.#unexpected(char, `was expecting comma to separate ${scope.kind} entries`);
      }
      char = this.#nextChar() ?? "";
    }
    if (scope !== undefined) {
      scope.count += 1;
    }
    return scope?.kind === "Object" ? this.#field(char) : this.#value(char);
  }

  #field(char: string): TokenKind {
    if (char !== '"') {
      throw this.#unexpected(char, "was expecting double-quote to start field name");
    }
    this.#name = this.#stringBody("name");
    const colon = this.#nextChar() ?? "";
    if (colon !== ":") {
      throw this.#unexpected(colon, "was expecting a colon to separate field name and value");
    }
    this.#pending = this.#value(this.#nextChar() ?? "");
    return "fieldName";
  }

  #value(char: string): TokenKind {
    if (char === '"') {
      this.#unread = true;
      return "string";
    }
    if (char === "{" || char === "[") {
      const kind = char === "{" ? "Object" : "Array";
      this.#scopes.push({ kind, openedAt: this.#at - 1, count: 0 });
      return char === "{" ? "objectStart" : "arrayStart";
    }
    if (char === "-" || (char >= "0" && char <= "9")) {
      return this.#number();
    }
    for (const literal of ["true", "false", "null"] as const) {
      if (this.#source.startsWith(literal, this.#at - 1) && !this.#identifierAt(literal.length)) {
        this.#at += literal.length - 1;
        this.#text = literal;
        return literal;
      }
    }
    if (/[\p{L}_$]/u.test(char)) {
      throw this.#unrecognized();
    }
    throw this.#unexpected(char, `expected a valid value ${VALID_VALUE}`);
  }

  #identifierAt(offset: number): boolean {
    return /[\p{L}\p{N}_$]/u.test(this.#source[this.#at - 1 + offset] ?? " ");
  }

  #unrecognized(): JsonTokenError {
    const start = this.#at - 1;
    const [token = ""] = this.#source.slice(start).match(/^[\p{L}\p{N}_$]+/u) ?? [];
    this.#at = start + token.length;
    const shown = token.length > TOKEN_CHARS_MAX ? `${token.slice(0, TOKEN_CHARS_MAX)}...` : token;
    return this.error(`Unrecognized token '${shown}': was expecting ${VALID_VALUE}`);
  }

  #number(): TokenKind {
    const start = this.#at - 1;
    const digitsAt = this.#source[start] === "-" ? start + 1 : start;
    this.#at = digitsAt;
    this.#digits("expected digit (0-9) to follow minus sign, for valid numeric value");
    if (this.#source[digitsAt] === "0" && this.#at > digitsAt + 1) {
      throw this.error("Invalid numeric value: Leading zeroes not allowed");
    }
    if (this.#source[this.#at] === ".") {
      this.#at += 1;
      this.#digits("Decimal point not followed by a digit");
    }
    if (/[eE]/.test(this.#source[this.#at] ?? "")) {
      this.#at += /[+-]/.test(this.#source[this.#at + 1] ?? "") ? 2 : 1;
      this.#digits("Exponent indicator not followed by a digit");
    }
    this.#text = this.#source.slice(start, this.#at);
    return "number";
  }

  #digits(orElse: string): void {
    const start = this.#at;
    while (/[0-9]/.test(this.#source[this.#at] ?? "")) {
      this.#at += 1;
    }
    if (this.#at === start) {
      const char = this.#source[this.#at] ?? "";
      this.#at += 1;
      throw this.error(`Unexpected character (${described(char)}) in numeric value: ${orElse}`);
    }
  }

  #close(char: "}" | "]"): TokenKind {
    const scope = this.#scopes.pop();
    const kind = char === "}" ? "Object" : "Array";
    if (scope === undefined || scope.kind !== kind) {
      if (scope === undefined) {
        throw this.#unexpected(char, `expected a valid value ${VALID_VALUE}`);
      }
      const expected = scope.kind === "Object" ? "}" : "]";
      throw this.error(
        `Unexpected close marker '${char}': expected '${expected}' ` +
          `(for ${scope.kind} starting at ${this.#location(scope.openedAt)})`,
      );
    }
    return char === "}" ? "objectEnd" : "arrayEnd";
  }

  /** Reads from behind the opening quote to behind the closing one. */
  #stringBody(where: "name" | "string value"): string {
    let out = "";
    for (;;) {
      const char = this.#source[this.#at];
      this.#at += 1;
      if (char === undefined) {
        this.#at -= 1;
        throw this.error(
          where === "name"
            ? "Unexpected end-of-input in field name"
            : "Unexpected end-of-input: was expecting closing quote for a string value",
        );
      }
      if (char === '"') {
        return out;
      }
      if (char < " ") {
        throw this.error(
          `Illegal unquoted character (${described(char)}): ` +
            `has to be escaped using backslash to be included in ${where}`,
        );
      }
      out += char === "\\" ? this.#escaped() : char;
    }
  }

  #escaped(): string {
    const char = this.#source[this.#at] ?? "";
    this.#at += 1;
    if (char === "u") {
      const digits = this.#source.slice(this.#at, this.#at + 4);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
        throw this.#unexpected(
          digits[0] ?? "",
          "expected a hex-digit for character escape sequence",
        );
      }
      this.#at += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const plain = ESCAPES[char];
    if (plain === undefined) {
      throw this.error(`Unrecognized character escape ${described(char)}`);
    }
    return plain;
  }

  #nextChar(): string | undefined {
    while (/[ \t\r\n]/.test(this.#source[this.#at] ?? "x")) {
      this.#at += 1;
    }
    const char = this.#source[this.#at];
    if (char !== undefined) {
      this.#at += 1;
    }
    return char;
  }

  #unexpected(char: string, expectation: string): JsonTokenError {
    return char === ""
      ? this.error(`Unexpected end-of-input within/between ${this.#scopes.at(-1)?.kind} entries`)
      : this.error(`Unexpected character (${described(char)}): ${expectation}`);
  }

  #location(at: number): string {
    const before = this.#source.slice(0, at);
    const line = before.split("\n").length;
    const column = at - (before.lastIndexOf("\n") + 1) + 1;
    const shown = this.#source.slice(0, SOURCE_CHARS_MAX);
    const cut = this.#source.length - shown.length;
    const tail = cut > 0 ? `[truncated ${cut} chars]` : "";
    return `[Source: (String)"${shown}"${tail}; line: ${line}, column: ${column}]`;
  }
}

/** A character as messages show it: `'x' (code 120)`. */
function described(char: string): string {
  const code = char.charCodeAt(0);
  return code < 32 ? `(CTRL-CHAR, code ${code})` : `'${char}' (code ${code})`;
}
