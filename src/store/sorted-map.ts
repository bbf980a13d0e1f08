/** Rows by encoded key (a latin1 text, so that texts compare as the bytes do), in key order. */
import BTree from "sorted-btree";
import { latin1Decode, latin1Encode } from "../base/bytes.ts";
import type { Span } from "./transaction.ts";

export interface SortedMap<V> {
  readonly size: number;
  get(key: string): V | undefined;
  /** The second form tells "not there" from a value that is `undefined`. */
  get<D>(key: string, otherwise: D): V | D;
  has(key: string): boolean;
  set(key: string, value: V): unknown;
  delete(key: string): boolean;
  entries(lowest?: string): IterableIterator<[string, V]>;
  entriesReversed(highest?: string): IterableIterator<[string, V]>;
}

/** sorted-btree is CommonJS: under Node its class is the `default` of the default export. */
const Tree = ((BTree as unknown as { default?: unknown }).default ?? BTree) as new <V>(
  entries: undefined,
  compare: (a: string, b: string) => number,
) => SortedMap<V>;

export function createSortedMap<V>(): SortedMap<V> {
  const tree = new Tree<V>(undefined, (a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const get: <D>(key: string, otherwise?: D) => V | D | undefined = tree.get.bind(tree);
  // sorted-btree forgets `otherwise` for a key behind all others once the tree has inner nodes.
  tree.get = <D>(key: string, otherwise?: D): V | D => {
    const value = get(key, otherwise);
    return (value === undefined && !tree.has(key) ? otherwise : value) as V | D;
  };
  return tree;
}

/** The rows of a span in its direction, lazily. */
export function* rowsWithin<V>(
  map: SortedMap<V>,
  span: Span,
): Generator<{ readonly key: Uint8Array; readonly value: V }> {
  const [from, until] = [latin1Decode(span.from), latin1Decode(span.until)];
  for (const [key, value] of span.reverse ? map.entriesReversed(until) : map.entries(from)) {
    if (span.reverse ? key < from : key >= until) {
      return;
    }
    if (key < until) {
      yield { key: latin1Encode(key), value };
    }
  }
}
