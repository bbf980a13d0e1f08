/**
 * A named set of records of one type: the usual way a service keeps its nouns.
 *
 * The keys of collection `["sqs", "queue"]` are `["sqs", "queue", ...id]`.
 */
import { equalBytes } from "../base/bytes.ts";
import type { Key } from "../base/ordered-key.ts";
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

/** Decoded records that a remembering collection keeps. */
const REMEMBERED_MAX = 2_000;

/**
 * A collection whose records are read by almost every request: one that was decoded before is not
 * decoded again. It is kept with its bytes and given only while the bytes read in the transaction
 * are the same, so it is never stale. It is shared: nobody changes it.
 */
export function rememberingCollection<T>(...path: readonly [string, ...string[]]): Collection<T> {
  const known = new Map<string, { readonly bytes: Uint8Array; readonly record: T }>();
  return {
    ...collection<T>(...path),
    get(tx, id) {
      const bytes = tx.get([...path, ...id]);
      if (bytes === undefined) {
        return undefined;
      }
      const name = id.join("\0");
      const found = known.get(name);
      if (found !== undefined && equalBytes(found.bytes, bytes)) {
        return found.record;
      }
      if (known.size >= REMEMBERED_MAX) {
        known.clear();
      }
      const record = decodeRecord<T>(bytes);
      known.set(name, { bytes: Uint8Array.from(bytes), record });
      return record;
    },
  };
}
