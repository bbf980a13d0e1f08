/** Intrinsic functions over arrays and numbers. Source: the page named in `intrinsics.ts`. */
import { canonical } from "./canonical.ts";
import {
  type Arguments,
  arrayAt,
  expectCount,
  IntrinsicProblem,
  integerAt,
  wrongType,
} from "./intrinsic-arguments.ts";
import type { Json, Scope } from "./scope.ts";
import { SeededRandom } from "./seeded-random.ts";

/** Elements that `States.ArrayRange` may make. */
const RANGE_ITEMS_MAX = 1000;
/** Integers of `States.MathAdd` and `States.MathRandom` have 32 bits. */
const INTEGER_MAX = 2_147_483_647;
const INTEGER_MIN = -2_147_483_648;

export const arrayFunctions: Readonly<Record<string, (given: Arguments, scope: Scope) => Json>> = {
  Array: ({ values }) => values,
  ArrayPartition: (given) => {
    expectCount(given, 2);
    return partition(arrayAt(given, 0), integerAt(given, 1));
  },
  ArrayContains: (given) => {
    expectCount(given, 2);
    const wanted = canonical(given.values[1] ?? null);
    return arrayAt(given, 0).some((item) => canonical(item) === wanted);
  },
  ArrayRange: (given) => {
    expectCount(given, 3);
    return range(integerAt(given, 0), integerAt(given, 1), integerAt(given, 2));
  },
  ArrayGetItem: (given) => {
    expectCount(given, 2);
    const index = integerAt(given, 1);
    const found = index < 0 ? undefined : arrayAt(given, 0)[index];
    if (found === undefined) {
      throw new IntrinsicProblem(`Index ${index} is out of bounds`);
    }
    return found;
  },
  ArrayLength: (given) => {
    expectCount(given, 1);
    return arrayAt(given, 0).length;
  },
  ArrayUnique: (given) => {
    expectCount(given, 1);
    const seen = new Set<string>();
    return arrayAt(given, 0).filter((item) => seen.size < seen.add(canonical(item)).size);
  },
  MathAdd: (given) => {
    expectCount(given, 2);
    return bounded32(bounded32(integerAt(given, 0)) + bounded32(integerAt(given, 1)));
  },
  MathRandom: (given, scope) => {
    expectCount(given, 2, 3);
    const [start, end] = [bounded32(integerAt(given, 0)), bounded32(integerAt(given, 1))];
    if (start >= end) {
      throw new IntrinsicProblem("The start number must be less than the end number");
    }
    const width = end - start;
    return given.values.length === 3
      ? start + new SeededRandom(integerAt(given, 2)).nextInteger(Math.min(width, INTEGER_MAX))
      : start + Math.floor(scope.chance.random() * width);
  },
};

export function partition(items: readonly Json[], size: number): Json {
  if (size < 1) {
    throw wrongType(1, "a positive integer");
  }
  const chunks: Json[] = [];
  for (let at = 0; at < items.length; at += size) {
    chunks.push(items.slice(at, at + size));
  }
  return chunks;
}

export function range(first: number, last: number, step: number): Json {
  if (step === 0) {
    throw wrongType(2, "other than 0");
  }
  const count = Math.max(0, Math.floor((last - first) / step) + 1);
  if (count > RANGE_ITEMS_MAX) {
    throw new IntrinsicProblem(`The range can contain up to ${RANGE_ITEMS_MAX} elements`);
  }
  return Array.from({ length: count }, (_, index) => first + index * step);
}

function bounded32(value: number): number {
  if (value > INTEGER_MAX || value < INTEGER_MIN) {
    throw new IntrinsicProblem(`The number must be between ${INTEGER_MIN} and ${INTEGER_MAX}`);
  }
  return value;
}
