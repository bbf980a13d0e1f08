/**
 * Methods, properties and elements of values, as Velocity finds them: `$x.name` is `getName()`, the entry of a map, or
 * `isName()`; `$x[0]` is `get(0)`.
 * Source: https://velocity.apache.org/engine/1.7/user-guide.html#references
 */
import { javaEquals } from "../arithmetic.ts";
import type { Budget } from "../budget.ts";
import { TemplateError } from "../template-error.ts";
import {
  ClassValue,
  classNameOf,
  EntryValue,
  HostValue,
  IteratorValue,
  ListValue,
  MapValue,
  type Value,
} from "../value.ts";
import { textOf } from "../value-text.ts";
import {
  BOOLEAN_NAMES,
  CLASS_NAMES,
  ENTRY_NAMES,
  ITERATOR_NAMES,
  LIST_NAMES,
  MAP_NAMES,
  NUMBER_NAMES,
  TEXT_NAMES,
} from "./java-names.ts";
import { LIST_METHODS } from "./list-methods.ts";
import { MAP_METHODS } from "./map-methods.ts";
import { Call, invoke, type Methods, type Overload } from "./method.ts";
import {
  BOOLEAN_METHODS,
  CLASS_METHODS,
  DOUBLE_METHODS,
  ENTRY_METHODS,
  ITERATOR_METHODS,
  NUMBER_METHODS,
} from "./scalar-methods.ts";
import { TEXT_METHODS, textHash } from "./text-methods.ts";

type Present = Exclude<Value, null>;

/** @throws TemplateError when the method fails, or is one of Java's that is not supported. */
export function callMethod(
  self: Present,
  name: string,
  values: readonly Value[],
  budget: Budget,
): Value {
  budget.spend(1);
  if (self instanceof HostValue) {
    const answer = self.call(name, values, budget);
    if (answer !== undefined) {
      return answer;
    }
  }
  const call = new Call(values, budget);
  const { methods, unsupported } = typeOf(self);
  const overloads = Object.hasOwn(methods, name) ? methods[name] : undefined;
  const found =
    overloads === undefined ? objectMethod(self, name, call) : run(overloads, self, name, call);
  if (found === undefined && unsupported.has(name)) {
    throw new TemplateError(`The method '${name}' of ${classNameOf(self)} is not supported`);
  }
  return found ?? null;
}

function run(
  overloads: readonly Overload<Value>[],
  self: Present,
  name: string,
  call: Call,
): Value | undefined {
  try {
    return invoke(overloads, self, call);
  } catch (error) {
    if (error instanceof TemplateError && error.message.startsWith("java.")) {
      const where = `method '${name}' in class ${classNameOf(self)}`;
      throw new TemplateError(`Invocation of ${where} threw exception ${error.message}`);
    }
    throw error;
  }
}

function objectMethod(self: Present, name: string, call: Call): Value | undefined {
  if (name === "equals" && call.values.length === 1) {
    return javaEquals(self, call.value(0), call.budget);
  }
  if (call.values.length > 0) {
    return undefined;
  }
  switch (name) {
    case "toString":
      return textOf(self, call.budget);
    case "getClass":
      return new ClassValue(classNameOf(self));
    case "hashCode":
      return hashOf(self);
    default:
      return undefined;
  }
}

function hashOf(self: Present): bigint | undefined {
  if (typeof self === "string") {
    return textHash(self);
  }
  const isInt = typeof self === "bigint" && self === BigInt.asIntN(32, self);
  if (isInt) {
    return self;
  }
  throw new TemplateError(`The method 'hashCode' of ${classNameOf(self)} is not supported`);
}

interface Type {
  readonly methods: Methods<Value>;
  readonly unsupported: ReadonlySet<string>;
}

/** The table of a type is only ever used on values of the type. */
function type<T extends Value>(methods: Methods<T>, unsupported: ReadonlySet<string>): Type {
  return { methods: methods as unknown as Methods<Value>, unsupported };
}

const TEXT = type(TEXT_METHODS, TEXT_NAMES);
const BOOLEAN = type(BOOLEAN_METHODS, BOOLEAN_NAMES);
const WHOLE = type(NUMBER_METHODS, NUMBER_NAMES);
const DOUBLE = type({ ...NUMBER_METHODS, ...DOUBLE_METHODS } as Methods<number>, NUMBER_NAMES);
const LIST = type(LIST_METHODS, LIST_NAMES);
const MAP = type(MAP_METHODS, MAP_NAMES);
const ENTRY = type(ENTRY_METHODS, ENTRY_NAMES);
const ITERATOR = type(ITERATOR_METHODS, ITERATOR_NAMES);
const CLASS = type(CLASS_METHODS, CLASS_NAMES);
const NOTHING: Type = { methods: {}, unsupported: new Set() };

function typeOf(value: Present): Type {
  switch (typeof value) {
    case "string":
      return TEXT;
    case "boolean":
      return BOOLEAN;
    case "bigint":
      return WHOLE;
    case "number":
      return DOUBLE;
    default:
      return objectType(value);
  }
}

function objectType(value: object): Type {
  if (value instanceof ListValue) {
    return LIST;
  }
  if (value instanceof MapValue) {
    return MAP;
  }
  if (value instanceof EntryValue) {
    return ENTRY;
  }
  if (value instanceof IteratorValue) {
    return ITERATOR;
  }
  return value instanceof ClassValue ? CLASS : NOTHING;
}

export function propertyOf(self: Present, name: string, budget: Budget): Value {
  if (name === "class") {
    return new ClassValue(classNameOf(self));
  }
  if (self instanceof MapValue) {
    return self.entries.get(name) ?? null;
  }
  if (self instanceof HostValue) {
    return self.property(name);
  }
  const { methods } = typeOf(self);
  const capital = name.charAt(0).toUpperCase() + name.slice(1);
  const getter = [`get${capital}`, `is${capital}`].find((candidate) =>
    Object.hasOwn(methods, candidate),
  );
  return getter === undefined ? null : callMethod(self, getter, [], budget);
}

/** Elements of lists, counted from the end where negative, and entries of maps. */
export function elementOf(self: Present, index: Value, budget: Budget): Value {
  if (self instanceof ListValue && typeof index === "bigint") {
    const at = index < 0n ? index + BigInt(self.items.length) : index;
    return callMethod(self, "get", [at], budget);
  }
  return self instanceof MapValue ? (self.entries.get(index) ?? null) : null;
}

/** A value without such a place stays as it is. */
export function assignElement(self: Present, index: Value, value: Value, budget: Budget): void {
  if (self instanceof ListValue && typeof index === "bigint") {
    const at = index < 0n ? index + BigInt(self.items.length) : index;
    callMethod(self, "set", [at, value], budget);
  } else if (self instanceof MapValue) {
    self.entries.set(index, value);
  }
}

export function assignProperty(self: Present, name: string, value: Value): void {
  if (self instanceof MapValue) {
    self.entries.set(name, value);
  }
}
