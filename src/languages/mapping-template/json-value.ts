/**
 * JSON as the values of templates.
 *
 * Payloads are read as leniently as json-smart reads them, which API Gateway's JSONPath library uses: what is no JSON is a
 * string, so that `$input.path('$')` of a form is its text; commas may trail, names may go without quotes. Whole numbers
 * keep their digits.
 */
import type { Json } from "../json-path/json.ts";
import type { Budget } from "../vtl/budget.ts";
import { TemplateError } from "../vtl/template-error.ts";
import { ListValue, MapValue, type Value } from "../vtl/value.ts";

const NESTING_MAX = 400;

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'/y;
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g;
const BARE = /[^\s,:[\]{}"'][^,:[\]{}]*/y;
const WHOLE = /^-?(?:0|[1-9]\d*)$/;
const DOUBLE = /^-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/;
const CONTROLS: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** @throws TemplateError for a document that starts as JSON and does not end so. */
export function parseJsonValue(text: string): Value {
  const trimmed = text.trim();
  if (!/^[[{"']/.test(trimmed)) {
    const scalar = scalarOf(trimmed);
    return typeof scalar === "string" ? text : scalar;
  }
  return new JsonReader(text).value();
}

class JsonReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #match(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #next(): string {
    this.#match(SPACE);
    return this.#text[this.#at] ?? "";
  }

  #take(token: string): boolean {
    const isNext = this.#next() === token;
    this.#at += isNext ? 1 : 0;
    return isNext;
  }

  value(): Value {
    switch (this.#next()) {
      case "{":
        return this.#nested(() => this.#object());
      case "[":
        return this.#nested(() => this.#array());
      case '"':
      case "'":
        return this.#string();
      default:
        return scalarOf(this.#bare());
    }
  }

  #nested(read: () => Value): Value {
    this.#depth += 1;
    if (this.#depth > NESTING_MAX) {
      throw new TemplateError("The payload is nested too deeply");
    }
    this.#at += 1;
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #object(): Value {
    const object = new MapValue();
    while (!this.#take("}")) {
      if (this.#take(",")) {
        continue;
      }
      const next = this.#next();
      const name = next === '"' || next === "'" ? this.#string() : this.#bare();
      if (!this.#take(":")) {
        throw this.#unexpected();
      }
      object.entries.set(name, this.value());
    }
    return object;
  }

  #array(): Value {
    const items: Value[] = [];
    while (!this.#take("]")) {
      if (!this.#take(",")) {
        items.push(this.value());
      }
    }
    return new ListValue(items, "json");
  }

  #string(): string {
    const quoted = this.#match(STRING);
    if (quoted === undefined) {
      throw this.#unexpected();
    }
    return quoted
      .slice(1, -1)
      .replace(ESCAPE, (_, code: string | undefined, letter: string) =>
        code === undefined
          ? (CONTROLS[letter] ?? letter)
          : String.fromCharCode(Number.parseInt(code, 16)),
      );
  }

  #bare(): string {
    const bare = this.#match(BARE);
    if (bare === undefined) {
      throw this.#unexpected();
    }
    return bare.trim();
  }

  #unexpected(): TemplateError {
    const next = this.#text[this.#at];
    return new TemplateError(
      next === undefined
        ? `Could not parse the payload as JSON: unexpected end at position ${this.#at}`
        : `Could not parse the payload as JSON: unexpected ${JSON.stringify(next)} at position ${this.#at}`,
    );
  }
}

function scalarOf(text: string): Value {
  switch (text) {
    case "null":
      return null;
    case "true":
    case "false":
      return text === "true";
    default:
      if (WHOLE.test(text)) {
        return BigInt(text);
      }
      return DOUBLE.test(text) ? Number(text) : text;
  }
}

/** Data of the engine: a whole number is one, whatever type it had. */
export function fromJson(json: unknown): Value {
  if (Array.isArray(json)) {
    return new ListValue(json.map(fromJson), "json");
  }
  switch (typeof json) {
    case "object":
      return json === null
        ? null
        : new MapValue(Object.entries(json).map(([name, item]) => [name, fromJson(item)]));
    case "number":
      return Number.isSafeInteger(json) ? BigInt(json) : json;
    case "string":
    case "boolean":
    case "bigint":
      return json;
    default:
      return null;
  }
}

/** For the filters and functions of a JSONPath, which compare numbers by value. */
export function toJson(value: Value, budget: Budget): Json {
  budget.spend(1);
  if (value instanceof ListValue) {
    return value.items.map((item) => toJson(item, budget));
  }
  if (value instanceof MapValue) {
    return Object.fromEntries(
      [...value.entries].map(([name, item]) => [String(name), toJson(item, budget)]),
    );
  }
  if (typeof value === "bigint") {
    return Number(value);
  }
  return typeof value === "object" ? null : value;
}
