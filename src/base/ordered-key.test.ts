import fc from "fast-check";
import { expect, test } from "vitest";
import { compareBytes } from "./bytes.ts";
import { decodeKey, encodeKey, KEY_SIZE_MAX, type Key, prefixEnd } from "./ordered-key.ts";

const part = fc.oneof(
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom("", "\0", "\0ÿ", "a", "a\0", "aÿ"),
  fc.double({ noNaN: true }),
  fc.integer(),
  fc.boolean(),
  fc.uint8Array({ maxLength: 6 }),
  fc.constantFrom(new Uint8Array([0]), new Uint8Array([0, 255]), new Uint8Array([255])),
);
const key = fc.array(part, { maxLength: 4 });

const KINDS: readonly ((value: unknown) => boolean)[] = [
  (value) => value instanceof Uint8Array,
  (value) => typeof value === "string",
  (value) => typeof value === "number",
];

/** The order of keys as it is meant: part by part, kind before value, shorter first. */
function compareKeys(a: Key, b: Key): number {
  for (const [at, left] of a.entries()) {
    const right = b[at];
    if (right === undefined) {
      return 1;
    }
    const order =
      KINDS.findIndex((is) => is(left)) - KINDS.findIndex((is) => is(right)) ||
      compareParts(left, right);
    if (order !== 0) {
      return order;
    }
  }
  return a.length - b.length;
}

function compareParts(left: Key[number], right: Key[number]): number {
  if (typeof left === "number" && typeof right === "number") {
    return left < right ? -1 : left > right ? 1 : 0;
  }
  return compareBytes(Buffer.from(left as string), Buffer.from(right as string));
}

test("encodeKey: the bytes of keys are in the order of their parts", () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      const order = compareKeys(withoutBooleans(a), withoutBooleans(b));
      const bytes = compareBytes(encodeKey(withoutBooleans(a)), encodeKey(withoutBooleans(b)));
      expect(Math.sign(bytes)).toBe(Math.sign(order));
    }),
    { numRuns: 2_000 },
  );
});

test("encodeKey: false sorts below true", () => {
  expect(compareBytes(encodeKey([false]), encodeKey([true]))).toBeLessThan(0);
});

test("decodeKey: inverts encodeKey", () => {
  fc.assert(
    fc.property(key, (parts) => {
      const positiveZeros = parts.map((one) => (one === 0 ? 0 : one));
      expect(decodeKey(encodeKey(parts))).toEqual(positiveZeros);
    }),
    { numRuns: 2_000 },
  );
});

test("prefixEnd: bounds the keys that start with a prefix, and only those", () => {
  fc.assert(
    fc.property(key, key, (prefix, other) => {
      const from = encodeKey(prefix);
      const isInside = (one: Key): boolean => {
        const bytes = encodeKey(one);
        return compareBytes(bytes, from) >= 0 && compareBytes(bytes, prefixEnd(from)) < 0;
      };
      expect(isInside([...prefix, ...other])).toBe(true);
      const starts = compareBytes(encodeKey(other.slice(0, prefix.length)), from) === 0;
      expect(isInside(other)).toBe(starts);
    }),
    { numRuns: 2_000 },
  );
});

test("encodeKey: takes keys up to the longest, and refuses NaN and longer ones", () => {
  expect(encodeKey(["k".repeat(KEY_SIZE_MAX - 2)]).length).toBe(KEY_SIZE_MAX);
  expect(() => encodeKey(["k".repeat(KEY_SIZE_MAX - 1)])).toThrow("over 4026");
  expect(() => encodeKey(["k".repeat(1_000_000)])).toThrow("longer");
  expect(() => encodeKey([Buffer.alloc(20_000)])).toThrow("longer");
  expect(() => encodeKey(["é".repeat(KEY_SIZE_MAX)])).toThrow();
  expect(() => encodeKey(["€".repeat(12_000)])).toThrow();
  expect(() => encodeKey([Number.NaN])).toThrow("NaN");
});

/** Their order is that of their tags, which the comparison by bytes above does not know. */
function withoutBooleans(parts: Key): Key {
  return parts.map((one) => (typeof one === "boolean" ? Number(one) : one));
}
