/**
 * The values of a template: those of Java that Velocity meets.
 *
 * Whole numbers are `bigint` (Integer, Long, BigInteger), others `number` (Double), so that `1` and `1.0` print as Java
 * prints them and long identifiers keep their digits. A `char` is a string of one character.
 */
import type { Budget } from "./budget.ts";

export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | ListValue
  | MapValue
  | EntryValue
  | IteratorValue
  | ClassValue
  | BlockValue
  | HostValue;

/** What a list prints as: `[a, b]`, JSON, or the name of Java's type of arrays. */
export type ListForm = "list" | "json" | "array";

export class ListValue {
  readonly items: Value[];
  readonly form: ListForm;

  constructor(items: Value[], form: ListForm = "list") {
    this.items = items;
    this.form = form;
  }
}

export class MapValue {
  readonly entries: Map<Value, Value>;

  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    this.entries = new Map(entries);
  }
}

/** Of a map: `$entry.key`, `$entry.value`. */
export class EntryValue {
  readonly key: Value;
  readonly value: Value;

  constructor(key: Value, value: Value) {
    this.key = key;
    this.value = value;
  }
}

export class IteratorValue {
  readonly #items: readonly Value[];
  #at = 0;

  constructor(items: readonly Value[]) {
    this.#items = items;
  }

  get hasNext(): boolean {
    return this.#at < this.#items.length;
  }

  next(): Value {
    this.#at += 1;
    return this.#items[this.#at - 1] ?? null;
  }
}

/** What `$x.class` is. */
export class ClassValue {
  readonly className: string;

  constructor(className: string) {
    this.className = className;
  }
}

/** What `#define` made: printed anew at each reference. */
export class BlockValue {
  readonly print: () => string;

  constructor(print: () => string) {
    this.print = print;
  }
}

/** An object of whoever renders the template, as `$input` and `$util` are. */
export abstract class HostValue {
  /** `$input`, for messages. */
  abstract readonly label: string;

  /** `undefined` where it has no such method. */
  abstract call(name: string, values: readonly Value[], budget: Budget): Value | undefined;

  property(_name: string): Value {
    return null;
  }
}

const INTEGER_MAX = 2n ** 31n - 1n;
const LONG_MAX = 2n ** 63n - 1n;

/** As `$x.class.name` gives it. */
export function classNameOf(value: Exclude<Value, null>): string {
  switch (typeof value) {
    case "string":
      return "java.lang.String";
    case "boolean":
      return "java.lang.Boolean";
    case "number":
      return "java.lang.Double";
    case "bigint":
      return integerClass(value);
    default:
      return objectClass(value);
  }
}

function integerClass(value: bigint): string {
  if (value >= -INTEGER_MAX - 1n && value <= INTEGER_MAX) {
    return "java.lang.Integer";
  }
  return value >= -LONG_MAX - 1n && value <= LONG_MAX ? "java.lang.Long" : "java.math.BigInteger";
}

const LIST_CLASSES: Readonly<Record<ListForm, string>> = {
  list: "java.util.ArrayList",
  json: "net.minidev.json.JSONArray",
  array: "[Ljava.lang.String;",
};

function objectClass(value: object): string {
  if (value instanceof ListValue) {
    return LIST_CLASSES[value.form];
  }
  if (value instanceof MapValue) {
    return "java.util.LinkedHashMap";
  }
  if (value instanceof EntryValue) {
    return "java.util.LinkedHashMap$Entry";
  }
  if (value instanceof IteratorValue) {
    return "java.util.Iterator";
  }
  if (value instanceof ClassValue) {
    return "java.lang.Class";
  }
  return value instanceof HostValue
    ? value.label
    : "org.apache.velocity.runtime.directive.Block$Reference";
}
