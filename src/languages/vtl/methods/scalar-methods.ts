/** Methods of numbers, booleans, entries, iterators and classes. */
import type { ClassValue, EntryValue, IteratorValue } from "../value.ts";
import { javaException, type Methods, method } from "./method.ts";

export const NUMBER_METHODS: Methods<bigint | number> = {
  intValue: method([], (number) => narrowed(number, 32)),
  longValue: method([], (number) => narrowed(number, 64)),
  shortValue: method([], (number) => BigInt.asIntN(16, narrowed(number, 32))),
  byteValue: method([], (number) => BigInt.asIntN(8, narrowed(number, 32))),
  doubleValue: method([], Number),
  equals: method(["any"], (number, call) => number === call.value(0)),
  compareTo: method(["any"], (number, call) => {
    const other = call.value(0);
    if (
      typeof other !== typeof number ||
      (typeof other !== "bigint" && typeof other !== "number")
    ) {
      throw javaException("ClassCastException");
    }
    return number < other ? -1n : BigInt(number > other);
  }),
};

/** Java cuts the bits of a whole number, and takes the nearest for a double. */
function narrowed(value: bigint | number, bits: 32 | 64): bigint {
  if (typeof value === "bigint") {
    return BigInt.asIntN(bits, value);
  }
  if (Number.isNaN(value)) {
    return 0n;
  }
  const limit = 2n ** BigInt(bits - 1);
  if (Math.abs(value) >= Number(limit)) {
    return value > 0 ? limit - 1n : -limit;
  }
  return BigInt(Math.trunc(value));
}

export const DOUBLE_METHODS: Methods<number> = {
  isNaN: method([], Number.isNaN),
  isInfinite: method([], (number) => !Number.isFinite(number) && !Number.isNaN(number)),
};

export const BOOLEAN_METHODS: Methods<boolean> = {
  booleanValue: method([], (value) => value),
  equals: method(["any"], (value, call) => value === call.value(0)),
};

export const ENTRY_METHODS: Methods<EntryValue> = {
  getKey: method([], (entry) => entry.key),
  getValue: method([], (entry) => entry.value),
};

export const ITERATOR_METHODS: Methods<IteratorValue> = {
  hasNext: method([], (iterator) => iterator.hasNext),
  next: method([], (iterator) => {
    if (!iterator.hasNext) {
      throw javaException("NoSuchElementException");
    }
    return iterator.next();
  }),
};

/** Of what a class is, its name alone: anything else of `java.lang.Class` leads out of the template. */
export const CLASS_METHODS: Methods<ClassValue> = {
  getName: method([], (type) => type.className),
  getSimpleName: method([], (type) => type.className.replace(/^.*[.$]/, "")),
};
