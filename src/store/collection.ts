/**
 * A named set of records of one type: the usual way a service keeps its nouns.
 *
 * The keys of collection `["sqs", "queue"]` are `["sqs", "queue", ...id]`.
 */
import type { Key } from "../base/ordered-key.ts";
import { rememberingDecoder } from "./decoded.ts";
import { decodeRecord, encodeRecord } from "./record.ts";
import type { Range, ReadTx, WriteTx } from "./store.ts";

/** Bounds inside a collection: like `Range`, with ids in the place of whole keys. */
export type IdRange = Partial<Omit<Range, "prefix">> & { readonly prefix?: Key };

export interface Collection<T> {
  get(tx: ReadTx, id: Key): T | undefined;
  put(tx: WriteTx, id: Key, record: T): void;
  delete(tx: WriteTx, id: Key): void;
  /** Records in the order of their ids, lazily. */
  list(tx: ReadTx, range?: IdRange): Iterable<{ readonly id: Key; readonly record: T }>;
  clear(tx: WriteTx, range?: IdRange): number;
}

export function collection<T>(...path: readonly [string, ...string[]]): Collection<T> {
  const keyOf = (id: Key): Key => [...path, ...id];
  const wholeRange = (range: IdRange): Range => ({
    prefix: keyOf(range.prefix ?? []),
    from: range.from && keyOf(range.from),
    after: range.after && keyOf(range.after),
    until: range.until && keyOf(range.until),
    through: range.through && keyOf(range.through),
    reverse: range.reverse,
    limit: range.limit,
  });
  return {
    get(tx, id) {
      const bytes = tx.get(keyOf(id));
      return bytes && decodeRecord<T>(bytes);
    },
    put(tx, id, record) {
      tx.set(keyOf(id), encodeRecord(record));
    },
    delete(tx, id) {
      tx.delete(keyOf(id));
    },
    *list(tx, range = {}) {
      for (const entry of tx.range(wholeRange(range))) {
        yield { id: entry.key.slice(path.length), record: decodeRecord<T>(entry.value) };
      }
    },
    clear(tx, range = {}) {
      return tx.clearRange(wholeRange(range));
    },
  };
}

/** A collection whose records are read by almost every request: see `decoded.ts`. */
export function rememberingCollection<T>(...path: readonly [string, ...string[]]): Collection<T> {
  const decoded = rememberingDecoder<T>(decodeRecord);
  return {
    ...collection<T>(...path),
    get(tx, id) {
      const bytes = tx.get([...path, ...id]);
      return bytes && decoded(id.join("\0"), bytes);
    },
  };
}
