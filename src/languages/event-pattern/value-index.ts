/**
 * Finds, among many tests on one field, those that a value may pass, without trying each.
 *
 * A test is filed under its key (`value-key.ts`). A key is a necessary condition, not always a
 * sufficient one, so whoever finds something here still tests it. What looks for keys of a kind is
 * made when the first key of that kind comes: most fields see one kind.
 */
import { addressDigits } from "./address.ts";
import { type Excluded, ExclusionIndex } from "./exclusion-index.ts";
import { IntervalTree } from "./interval-tree.ts";
import { PieceTable } from "./piece-table.ts";
import { type AffixKind, orderedAddress, type PresentKey } from "./value-key.ts";
import { foldCase, type Scalar } from "./value-test.ts";
import { WildcardIndex } from "./wildcard-index.ts";

export class ValueIndex<T> {
  #exact: Map<Scalar, T> | undefined;
  #folded: Map<Scalar, T> | undefined;
  #addresses: Map<Scalar, T> | undefined;
  readonly #affixes = new Map<AffixKind, PieceTable<T>>();
  #wildcards: WildcardIndex<T> | undefined;
  #ranges: IntervalTree<number, T> | undefined;
  #addressRanges: IntervalTree<string, T> | undefined;
  #present: T | undefined;
  #exclusions: ExclusionIndex<Scalar, PresentKey, T> | undefined;

  get isEmpty(): boolean {
    return (
      (this.#exact?.size ?? 0) + (this.#folded?.size ?? 0) + (this.#addresses?.size ?? 0) === 0 &&
      [...this.#affixes.values()].every((table) => table.isEmpty) &&
      this.#present === undefined &&
      (this.#wildcards?.isEmpty ?? true) &&
      (this.#ranges?.isEmpty ?? true) &&
      (this.#addressRanges?.isEmpty ?? true) &&
      (this.#exclusions?.isEmpty ?? true)
    );
  }

  get(key: PresentKey): T | undefined {
    switch (key.kind) {
      case "exact":
        return this.#exact?.get(key.value);
      case "folded":
        return this.#folded?.get(key.value);
      case "address":
        return this.#addresses?.get(key.value);
      case "wildcard":
        return this.#wildcards?.get(key.pieces);
      case "range":
        return this.#ranges?.get(key.interval);
      case "addressRange":
        return this.#addressRanges?.get(key.interval);
      case "present":
        return this.#present;
      case "excluding":
        return this.#exclusions?.get(key.id);
      default:
        return this.#affixes.get(key.kind)?.get(key.value);
    }
  }

  set(key: PresentKey, entry: T): void {
    switch (key.kind) {
      case "exact":
        this.#exact ??= new Map();
        this.#exact.set(key.value, entry);
        break;
      case "folded":
        this.#folded ??= new Map();
        this.#folded.set(key.value, entry);
        break;
      case "address":
        this.#addresses ??= new Map();
        this.#addresses.set(key.value, entry);
        break;
      case "wildcard":
        this.#wildcards ??= new WildcardIndex();
        this.#wildcards.set(key.pieces, entry);
        break;
      case "range":
        this.#ranges ??= new IntervalTree();
        this.#ranges.set(key.interval, entry);
        break;
      case "addressRange":
        this.#addressRanges ??= new IntervalTree();
        this.#addressRanges.set(key.interval, entry);
        break;
      case "present":
        this.#present = entry;
        break;
      case "excluding":
        this.#exclusions ??= new ExclusionIndex(new ValueIndex<Excluded>());
        this.#exclusions.set(key.id, key.keys, entry);
        break;
      default: {
        const table = this.#affixes.get(key.kind) ?? new PieceTable();
        this.#affixes.set(key.kind, table);
        table.set(key.value, entry);
      }
    }
  }

  delete(key: PresentKey): void {
    switch (key.kind) {
      case "exact":
        this.#exact?.delete(key.value);
        break;
      case "folded":
        this.#folded?.delete(key.value);
        break;
      case "address":
        this.#addresses?.delete(key.value);
        break;
      case "wildcard":
        this.#wildcards?.delete(key.pieces);
        break;
      case "range":
        this.#ranges?.delete(key.interval);
        break;
      case "addressRange":
        this.#addressRanges?.delete(key.interval);
        break;
      case "present":
        this.#present = undefined;
        break;
      case "excluding":
        this.#exclusions?.delete(key.id);
        break;
      default:
        this.#affixes.get(key.kind)?.delete(key.value);
    }
  }

  /** Calls `found` for every entry whose key the value has. */
  forEach(value: Scalar, found: (entry: T) => void): void {
    call(this.#exact?.get(value), found);
    call(this.#present, found);
    this.#exclusions?.forEach(value, found);
    if (typeof value === "number") {
      this.#ranges?.forEach(value, found);
    } else if (typeof value === "string") {
      this.#forEachOfText(value, found);
    }
  }

  #forEachOfText(text: string, found: (entry: T) => void): void {
    if (this.#addresses !== undefined || this.#addressRanges !== undefined) {
      const digits = addressDigits(text);
      if (digits !== undefined) {
        call(this.#addresses?.get(digits), found);
        this.#addressRanges?.forEach(orderedAddress(digits), found);
      }
    }
    this.#wildcards?.forEach(text, found);
    this.#affixes.get("prefix")?.forEachPrefix(text, found);
    this.#affixes.get("suffix")?.forEachSuffix(text, 0, found);
    const [prefixes, suffixes] = [
      this.#affixes.get("foldedPrefix"),
      this.#affixes.get("foldedSuffix"),
    ];
    if (this.#folded !== undefined || prefixes !== undefined || suffixes !== undefined) {
      const folded = foldCase(text);
      call(this.#folded?.get(folded), found);
      prefixes?.forEachPrefix(folded, found);
      suffixes?.forEachSuffix(folded, 0, found);
    }
  }
}

function call<T>(entry: T | undefined, found: (entry: T) => void): void {
  if (entry !== undefined) {
    found(entry);
  }
}
