/** How methods of Java are written down here. */
import type { Budget } from "../budget.ts";
import { TemplateError } from "../template-error.ts";
import { ListValue, MapValue, type Value } from "../value.ts";

/** `text` takes strings, `whole` integers, `list` and `map` those, `any` everything. */
export type Parameter = "text" | "whole" | "list" | "map" | "any";

export interface Overload<T> {
  readonly parameters: readonly Parameter[];
  readonly run: (self: T, call: Call) => Value;
}

/** What a method of Java's type `void` gives: text of nothing, so that nothing is printed. */
export const NOTHING: Value = "";

/** The methods of a type by name. */
export type Methods<T> = Readonly<Record<string, readonly Overload<T>[]>>;

/** A method of one form. */
export function method<T>(
  parameters: readonly Parameter[],
  run: (self: T, call: Call) => Value,
): readonly Overload<T>[] {
  return [{ parameters, run }];
}

/** The values a method is called with, whose types were checked when its overload was chosen. */
export class Call {
  readonly values: readonly Value[];
  readonly budget: Budget;

  constructor(values: readonly Value[], budget: Budget) {
    this.values = values;
    this.budget = budget;
  }

  value(index: number): Value {
    return this.values[index] ?? null;
  }

  text(index: number): string {
    const value = this.value(index);
    if (typeof value !== "string") {
      throw javaException("NullPointerException");
    }
    return value;
  }

  /** An `int`: one beyond its range was never one of an `int`'s overload. */
  whole(index: number): number {
    return Number(this.value(index));
  }

  list(index: number): ListValue {
    const value = this.value(index);
    if (!(value instanceof ListValue)) {
      throw javaException("NullPointerException");
    }
    return value;
  }

  map(index: number): MapValue {
    const value = this.value(index);
    if (!(value instanceof MapValue)) {
      throw javaException("NullPointerException");
    }
    return value;
  }
}

export function javaException(name: string, detail?: string): TemplateError {
  return new TemplateError(`java.lang.${name}${detail === undefined ? "" : `: ${detail}`}`);
}

/** `undefined` where Java has no such method for these values, which Velocity takes for no value. */
export function invoke<T>(
  overloads: readonly Overload<T>[],
  self: T,
  call: Call,
): Value | undefined {
  const chosen = overloads.find(
    ({ parameters }) =>
      parameters.length === call.values.length &&
      parameters.every((parameter, index) => accepts(parameter, call.value(index))),
  );
  return chosen?.run(self, call);
}

function accepts(parameter: Parameter, value: Value): boolean {
  switch (parameter) {
    case "text":
      return value === null || typeof value === "string";
    case "whole":
      return typeof value === "bigint" && value === BigInt.asIntN(32, value);
    case "list":
      return value === null || (value instanceof ListValue && value.form !== "array");
    case "map":
      return value === null || value instanceof MapValue;
    case "any":
      return true;
  }
}
