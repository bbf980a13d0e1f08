/**
 * Finds, among many tests on one field, those that a value may pass, without trying each.
 *
 * A test is filed under a key that every passing value has: the value itself, its beginning, its
 * end, or its case-folded text. A key is a necessary condition, not a sufficient one (a wildcard is
 * filed under the text before its first asterisk), so whoever finds something here still tests it.
 */
import { addressDigits } from "./address.ts";
import { foldCase, type Scalar, type ValueTest } from "./value-test.ts";

export type ValueKey = ExactKey | AffixKey;

interface ExactKey {
  readonly kind: "exact" | "folded" | "address";
  readonly value: Scalar;
}

interface AffixKey {
  readonly kind: "prefix" | "suffix" | "foldedPrefix" | "foldedSuffix";
  readonly value: string;
}

/** The key of a test; `undefined` when values that pass have nothing in common to look up. */
export function keyOf(test: ValueTest): ValueKey | undefined {
  switch (test.kind) {
    case "equals":
      return { kind: "exact", value: test.value };
    case "equalsIgnoringCase":
      return { kind: "folded", value: test.text };
    case "prefix":
    case "suffix":
      return affix(test.kind, test.text);
    case "prefixIgnoringCase":
      return affix("foldedPrefix", test.text);
    case "suffixIgnoringCase":
      return affix("foldedSuffix", test.text);
    case "address":
      return test.from === test.through ? { kind: "address", value: test.from } : undefined;
    case "wildcard":
      return wildcardKey(test.pieces);
    default:
      return undefined;
  }
}

function affix(kind: AffixKey["kind"], text: string): AffixKey | undefined {
  return text === "" ? undefined : { kind, value: text };
}

function wildcardKey(pieces: readonly string[]): ValueKey | undefined {
  const first = pieces[0] ?? "";
  if (pieces.length === 1) {
    return { kind: "exact", value: first };
  }
  return affix("prefix", first) ?? affix("suffix", pieces.at(-1) ?? "");
}

/** Texts of varied lengths: one lookup for each length that is there. */
interface AffixIndex<T> {
  readonly entries: Map<string, T>;
  /** How many entries have a text of this length. */
  readonly lengths: Map<number, number>;
}

export class ValueIndex<T> {
  readonly #exact = new Map<Scalar, T>();
  readonly #folded = new Map<Scalar, T>();
  readonly #addresses = new Map<Scalar, T>();
  readonly #affixes: Readonly<Record<AffixKey["kind"], AffixIndex<T>>> = {
    prefix: emptyAffixes(),
    suffix: emptyAffixes(),
    foldedPrefix: emptyAffixes(),
    foldedSuffix: emptyAffixes(),
  };

  get isEmpty(): boolean {
    return (
      this.#exact.size === 0 &&
      this.#folded.size === 0 &&
      this.#addresses.size === 0 &&
      Object.values(this.#affixes).every((index) => index.entries.size === 0)
    );
  }

  get(key: ValueKey): T | undefined {
    return this.#mapOf(key).get(key.value);
  }

  set(key: ValueKey, entry: T): void {
    if (isAffix(key) && this.get(key) === undefined) {
      this.#count(key, 1);
    }
    this.#mapOf(key).set(key.value, entry);
  }

  delete(key: ValueKey): void {
    if (this.#mapOf(key).delete(key.value) && isAffix(key)) {
      this.#count(key, -1);
    }
  }

  /** Calls `found` for every entry whose key the value has. */
  forEach(value: Scalar, found: (entry: T) => void): void {
    call(this.#exact.get(value), found);
    if (typeof value !== "string") {
      return;
    }
    if (this.#addresses.size > 0) {
      const digits = addressDigits(value);
      call(digits === undefined ? undefined : this.#addresses.get(digits), found);
    }
    forEachAffix(this.#affixes.prefix, (length) => value.slice(0, length), value.length, found);
    forEachAffix(this.#affixes.suffix, (length) => value.slice(-length), value.length, found);
    if (
      this.#folded.size > 0 ||
      this.#affixes.foldedPrefix.lengths.size > 0 ||
      this.#affixes.foldedSuffix.lengths.size > 0
    ) {
      this.#forEachFolded(foldCase(value), found);
    }
  }

  #forEachFolded(text: string, found: (entry: T) => void): void {
    const { foldedPrefix, foldedSuffix } = this.#affixes;
    call(this.#folded.get(text), found);
    forEachAffix(foldedPrefix, (length) => text.slice(0, length), text.length, found);
    forEachAffix(foldedSuffix, (length) => text.slice(-length), text.length, found);
  }

  #mapOf(key: ValueKey): Map<Scalar, T> {
    switch (key.kind) {
      case "exact":
        return this.#exact;
      case "folded":
        return this.#folded;
      case "address":
        return this.#addresses;
      default:
        return this.#affixes[key.kind].entries as Map<Scalar, T>;
    }
  }

  #count({ kind, value: { length } }: AffixKey, change: 1 | -1): void {
    const { lengths } = this.#affixes[kind];
    const count = (lengths.get(length) ?? 0) + change;
    if (count === 0) {
      lengths.delete(length);
    } else {
      lengths.set(length, count);
    }
  }
}

function isAffix(key: ValueKey): key is AffixKey {
  return key.kind !== "exact" && key.kind !== "folded" && key.kind !== "address";
}

function emptyAffixes<T>(): AffixIndex<T> {
  return { entries: new Map(), lengths: new Map() };
}

function call<T>(entry: T | undefined, found: (entry: T) => void): void {
  if (entry !== undefined) {
    found(entry);
  }
}

function forEachAffix<T>(
  index: AffixIndex<T>,
  cut: (length: number) => string,
  lengthMax: number,
  found: (entry: T) => void,
): void {
  for (const length of index.lengths.keys()) {
    if (length <= lengthMax) {
      call(index.entries.get(cut(length)), found);
    }
  }
}
