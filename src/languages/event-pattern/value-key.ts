/**
 * The keys of tests: what values that pass a test have in common, so that the tests a value may
 * pass can be looked up.
 */
import type { Interval } from "./interval-tree.ts";
import type { Bound, Scalar, ValueTest } from "./value-test.ts";

export type ValueKey = PresentKey | { readonly kind: "absent" };

/** Of a test on a value that is there. */
export type PresentKey =
  | { readonly kind: "exact" | "folded" | "address"; readonly value: Scalar }
  | { readonly kind: AffixKind; readonly value: string }
  | { readonly kind: "wildcard"; readonly pieces: readonly string[] }
  | { readonly kind: "range"; readonly interval: Interval<number> }
  | { readonly kind: "addressRange"; readonly interval: Interval<string> }
  | { readonly kind: "present" }
  /** Values that have none of the keys; equal lists have equal ids. */
  | { readonly kind: "excluding"; readonly id: string; readonly keys: readonly PresentKey[] };

export type AffixKind = "prefix" | "suffix" | "foldedPrefix" | "foldedSuffix";

export function keyOf(test: ValueTest): ValueKey {
  switch (test.kind) {
    case "equals":
      return { kind: "exact", value: test.value };
    case "equalsIgnoringCase":
      return { kind: "folded", value: test.text };
    case "prefix":
    case "suffix":
      return { kind: test.kind, value: test.text };
    case "prefixIgnoringCase":
      return { kind: "foldedPrefix", value: test.text };
    case "suffixIgnoringCase":
      return { kind: "foldedSuffix", value: test.text };
    case "address":
      return test.from === test.through
        ? { kind: "address", value: test.from }
        : { kind: "addressRange", interval: addressInterval(test) };
    case "wildcard":
      return test.pieces.length === 1
        ? { kind: "exact", value: test.pieces[0] ?? "" }
        : { kind: "wildcard", pieces: test.pieces };
    case "range":
      return {
        kind: "range",
        interval: { from: endOf(test.from, 1), through: endOf(test.through, -1) },
      };
    case "present":
      return { kind: "present" };
    case "absent":
      return { kind: "absent" };
    case "otherThan":
      return excluding([...test.values].map((value) => ({ kind: "exact", value })));
    case "not":
      return excluding(
        apart(test.tests)
          .map(keyOf)
          .filter((key) => key.kind !== "absent"),
      );
  }
}

/**
 * How much of what an event may hold a key leaves over: 0 one value, 1 a part, 2 nearly all. Strong
 * keys are looked up first.
 */
export function weaknessOf(key: ValueKey): 0 | 1 | 2 {
  switch (key.kind) {
    case "exact":
    case "folded":
    case "address":
      return 0;
    case "present":
    case "absent":
    case "excluding":
      return 2;
    default:
      return 1;
  }
}

/** The digits of an address as they are ordered among addresses of both lengths. */
export function orderedAddress(digits: string): string {
  return `${digits.length === 8 ? 4 : 6}${digits}`;
}

function addressInterval(range: {
  readonly from: string;
  readonly through: string;
}): Interval<string> {
  return {
    from: { value: orderedAddress(range.from), side: 0 },
    through: { value: orderedAddress(range.through), side: 0 },
  };
}

function endOf(bound: Bound, inward: 1 | -1): Interval<number>["from"] {
  return { value: bound.value, side: bound.inclusive ? 0 : inward };
}

function excluding(keys: readonly PresentKey[]): PresentKey {
  const id = keys.map((key) => JSON.stringify(key)).sort();
  return { kind: "excluding", id: id.join(), keys };
}

/**
 * Some of the tests, such that no value passes two of them. Of prefixes and suffixes those that are
 * in others can go without loss; of wildcards the first one stays: still a necessary condition.
 */
function apart(tests: readonly ValueTest[]): readonly ValueTest[] {
  const kept: ValueTest[] = [];
  const shortestFirst = [...tests].sort((a, b) => lengthOf(a) - lengthOf(b));
  for (const test of shortestFirst) {
    if (!kept.some((other) => overlap(other, test))) {
      kept.push(test);
    }
  }
  return kept;
}

function lengthOf(test: ValueTest): number {
  return "text" in test ? test.text.length : 0;
}

/** Of two tests of one kind, the shorter one first. */
function overlap(a: ValueTest, b: ValueTest): boolean {
  if (a.kind === "prefix" && b.kind === "prefix") {
    return b.text.startsWith(a.text);
  }
  if (a.kind === "suffix" && b.kind === "suffix") {
    return b.text.endsWith(a.text);
  }
  return a.kind === "equalsIgnoringCase" && b.kind === "equalsIgnoringCase"
    ? a.text === b.text
    : true;
}
