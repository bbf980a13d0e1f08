/** Values as Java's `toString` prints them, and as JSON. */
import type { Budget } from "./budget.ts";
import { TemplateError } from "./template-error.ts";
import {
  BlockValue,
  ClassValue,
  classNameOf,
  EntryValue,
  ListValue,
  MapValue,
  type Value,
} from "./value.ts";

/** Lists in lists: one that holds itself ends here. */
const NESTING_MAX = 100;

export function textOf(value: Value, budget: Budget): string {
  return typeof value === "string" ? value : new TextWriter(budget).java(value).text();
}

/**
 * JSON as json-smart writes it, which API Gateway's JSONPath library uses: compact, and whole numbers apart from others.
 * With `slashes` they are escaped, as where a list prints itself.
 */
export function jsonOf(
  value: Value,
  budget: Budget,
  slashes: "plain" | "escaped" = "plain",
): string {
  return new TextWriter(budget).json(value, slashes).text();
}

class TextWriter {
  readonly #parts: string[] = [];
  readonly #budget: Budget;
  #length = 0;
  #depth = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  text(): string {
    return this.#parts.join("");
  }

  #write(part: string): this {
    this.#length += part.length;
    this.#budget.allowText(this.#length);
    this.#budget.spend(1);
    this.#parts.push(part);
    return this;
  }

  java(value: Value): this {
    if (value === null || typeof value !== "object") {
      return this.#write(scalarText(value));
    }
    if (value instanceof ListValue) {
      return this.#list(value);
    }
    if (value instanceof MapValue) {
      return this.#members("{", value.entries, ([key, item]) => this.#pair(key, item));
    }
    if (value instanceof EntryValue) {
      return this.#pair(value.key, value.value);
    }
    return this.#write(value instanceof ClassValue ? `class ${value.className}` : nameOf(value));
  }

  #list(list: ListValue): this {
    switch (list.form) {
      case "json":
        return this.json(list, "escaped");
      case "array":
        // Java adds the address of the array, which says nothing.
        return this.#write(`${classNameOf(list)}@0`);
      default:
        return this.#members("[", list.items, (item) => this.java(item));
    }
  }

  #pair(key: Value, value: Value): this {
    return this.java(key).#write("=").java(value);
  }

  #members<T>(open: "[" | "{", members: Iterable<T>, write: (member: T) => void): this {
    return this.#enclosed(open, members, ", ", write);
  }

  #enclosed<T>(
    open: "[" | "{",
    members: Iterable<T>,
    separator: string,
    write: (member: T) => void,
  ): this {
    this.#depth += 1;
    if (this.#depth > NESTING_MAX) {
      throw new TemplateError("A value is nested too deeply to be printed");
    }
    this.#write(open);
    let isFirst = true;
    for (const member of members) {
      if (!isFirst) {
        this.#write(separator);
      }
      isFirst = false;
      write(member);
    }
    this.#depth -= 1;
    return this.#write(open === "[" ? "]" : "}");
  }

  json(value: Value, slashes: "plain" | "escaped"): this {
    if (value instanceof ListValue) {
      return this.#enclosed("[", value.items, ",", (item) => this.json(item, slashes));
    }
    if (value instanceof MapValue) {
      return this.#enclosed("{", value.entries, ",", ([key, item]) => {
        this.#quoted(textOf(key, this.#budget), slashes).#write(":").json(item, slashes);
      });
    }
    if (typeof value === "string" || (typeof value === "object" && value !== null)) {
      return this.#quoted(textOf(value, this.#budget), slashes);
    }
    return this.#write(
      typeof value === "number" && !Number.isFinite(value) ? "null" : scalarText(value),
    );
  }

  #quoted(text: string, slashes: "plain" | "escaped"): this {
    const quoted = JSON.stringify(text).replace(
      /[\u007f-\u009f\u2000-\u20ff]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
    );
    return this.#write(slashes === "plain" ? quoted : quoted.replaceAll("/", "\\/"));
  }
}

function nameOf(value: Exclude<Value, null>): string {
  return value instanceof BlockValue ? value.print() : classNameOf(value);
}

function scalarText(value: null | boolean | bigint | number | string): string {
  return typeof value === "number" ? doubleText(value) : String(value);
}

/** Above and below, Java writes doubles in scientific notation. */
const PLAIN_MAX = 1e7;
const PLAIN_MIN = 1e-3;

/** https://docs.oracle.com/javase/8/docs/api/java/lang/Double.html#toString-double- */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) {
    return String(value);
  }
  if (value === 0) {
    return Object.is(value, -0) ? "-0.0" : "0.0";
  }
  const size = Math.abs(value);
  if (size >= PLAIN_MIN && size < PLAIN_MAX) {
    return Number.isInteger(value) ? `${value}.0` : String(value);
  }
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
}
