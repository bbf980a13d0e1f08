/** Reads what stands between `?(` and `)`: https://github.com/json-path/JsonPath#filter-operators */

import type { Json } from "./json.ts";
import type { PathScanner } from "./path-scanner.ts";
import {
  FILTER_OPERATORS,
  type Filter,
  type FilterOperator,
  type Operand,
  type Path,
} from "./path-syntax.ts";
import { compileSafePattern } from "./safe-pattern.ts";

const NUMBER = /-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const WORD = /(?:true|false|null)\b/y;
const PATTERN = /\/((?:[^/\\]|\\[\s\S])*)\/([a-zA-Z]*)/y;
const JSON_START = /[[{]/;

type ReadPath = (scanner: PathScanner, form: "filter") => Path;

export class FilterParser {
  readonly #scanner: PathScanner;
  readonly #readPath: ReadPath;

  constructor(scanner: PathScanner, readPath: ReadPath) {
    this.#scanner = scanner;
    this.#readPath = readPath;
  }

  filter(): Filter {
    return this.#joined("or", "||", () => this.#joined("and", "&&", () => this.#unary()));
  }

  #joined(kind: "and" | "or", sign: string, readPart: () => Filter): Filter {
    const first = readPart();
    const parts = [first];
    while (this.#scanner.takeToken(sign)) {
      parts.push(readPart());
    }
    return parts.length === 1 ? first : { kind, parts };
  }

  #unary(): Filter {
    return this.#scanner.nested(() => {
      if (this.#scanner.takeToken("!")) {
        return { kind: "not", part: this.#unary() };
      }
      if (this.#scanner.take("(")) {
        const inner = this.filter();
        this.#scanner.expectToken(")");
        return inner;
      }
      return this.#comparison();
    });
  }

  #comparison(): Filter {
    const left = this.operand();
    const operator = this.#operator();
    if (operator !== undefined) {
      return { kind: "comparison", left, operator, right: this.operand() };
    }
    if (left.kind === "path") {
      return { kind: "exists", path: left.path };
    }
    if (left.kind === "literal" && typeof left.value === "boolean") {
      return { kind: "constant", value: left.value };
    }
    throw this.#scanner.problem("Expected an operator");
  }

  #operator(): FilterOperator | undefined {
    this.#scanner.skipSpace();
    const word = this.#scanner.match(/[a-zA-Z]+(?=[\s['"@$[{])/y)?.[0].toLowerCase();
    const known = FILTER_OPERATORS.find((operator) =>
      word === undefined ? this.#scanner.take(operator) : operator === word,
    );
    if (word !== undefined && known === undefined) {
      throw this.#scanner.problem(`Filter operator ${word} is not supported!`);
    }
    return known;
  }

  operand(): Operand {
    this.#scanner.skipSpace();
    const next = this.#scanner.peek();
    if (next === "@" || next === "$") {
      return { kind: "path", path: this.#readPath(this.#scanner, "filter") };
    }
    const pattern = this.#scanner.match(PATTERN);
    if (pattern !== undefined) {
      const [, body = "", flags = ""] = pattern;
      return { kind: "pattern", pattern: compileSafePattern(body, flags) };
    }
    return { kind: "literal", value: this.#scanner.nested(() => this.#literal()) };
  }

  #literal(): Json {
    const scanner = this.#scanner;
    scanner.skipSpace();
    const next = scanner.peek();
    if (next === "'" || next === '"') {
      return scanner.quoted();
    }
    if (JSON_START.test(next)) {
      return next === "[" ? this.#list() : this.#object();
    }
    const word = scanner.match(WORD)?.[0];
    if (word !== undefined) {
      return JSON.parse(word);
    }
    const number = scanner.match(NUMBER)?.[0];
    if (number === undefined) {
      throw scanner.problem("Expected a value");
    }
    return Number(number);
  }

  #list(): Json {
    this.#scanner.expect("[");
    const items: Json[] = [];
    while (!this.#scanner.takeToken("]")) {
      if (items.length > 0) {
        this.#scanner.expectToken(",");
      }
      items.push(this.#scanner.nested(() => this.#literal()));
    }
    return items;
  }

  #object(): Json {
    this.#scanner.expect("{");
    const members: [string, Json][] = [];
    while (!this.#scanner.takeToken("}")) {
      if (members.length > 0) {
        this.#scanner.expectToken(",");
      }
      this.#scanner.skipSpace();
      const name = this.#scanner.quoted();
      this.#scanner.expectToken(":");
      members.push([name, this.#scanner.nested(() => this.#literal())]);
    }
    return Object.fromEntries(members);
  }
}
