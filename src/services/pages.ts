/** Pages of lists, for services whose token stands for the name of the last item of a page. */
import { fromBase64, toBase64, utf8Decode, utf8Encode } from "../base/bytes.ts";
import type { Key } from "../base/ordered-key.ts";
import type { Collection } from "../store/collection.ts";
import type { ReadTx } from "../store/store.ts";

export interface PageSource<T> {
  readonly records: Collection<T>;
  /** Of the ids; the part behind it is the name. */
  readonly prefix: Key;
  /** What the names of the page start with. */
  readonly namePrefix?: string | undefined;
}

export interface PageRequest {
  readonly token: string | undefined;
  readonly limit: number;
}

export interface Page<T> {
  readonly items: readonly { readonly name: string; readonly record: T }[];
  /** Absent when nothing comes behind this page. */
  readonly token: string | undefined;
}

/** A longer token is none that was given out, and could make a key longer than a key may be. */
const TOKEN_BYTES_MAX = 1_024;

export function pageOf<T>(tx: ReadTx, source: PageSource<T>, request: PageRequest): Page<T> {
  const { records, prefix, namePrefix = "" } = source;
  const after = request.token && utf8Decode(fromBase64(request.token));
  if (after && Buffer.byteLength(after) > TOKEN_BYTES_MAX) {
    return { items: [], token: undefined };
  }
  const bound = after ? { after: [...prefix, after] } : { from: [...prefix, namePrefix] };
  const items: { name: string; record: T }[] = [];
  for (const { id, record } of records.list(tx, { prefix, ...bound })) {
    const name = String(id[prefix.length]);
    if (!name.startsWith(namePrefix)) {
      break;
    }
    if (items.length === request.limit) {
      return { items, token: toBase64(utf8Encode(items.at(-1)?.name ?? "")) };
    }
    items.push({ name, record });
  }
  return { items, token: undefined };
}

/** Records that one call looks at before it answers with a token. */
const SCAN_MAX = 10_000;

/**
 * The same for lists with filters. The token stands for the last record that was looked at, so a
 * page may hold less than asked for, and none at all, and still not be the last.
 */
export function filteredPage<T>(
  tx: ReadTx,
  source: PageSource<T> & { readonly isWanted: (record: T) => boolean },
  request: PageRequest,
): Page<T> {
  const { records, prefix, namePrefix = "", isWanted } = source;
  const after = request.token && utf8Decode(fromBase64(request.token));
  if (after && Buffer.byteLength(after) > TOKEN_BYTES_MAX) {
    return { items: [], token: undefined };
  }
  const bound = after ? { after: [...prefix, after] } : { from: [...prefix, namePrefix] };
  const items: { name: string; record: T }[] = [];
  let seen = 0;
  let last = "";
  for (const { id, record } of records.list(tx, { prefix, ...bound })) {
    const name = String(id[prefix.length]);
    if (!name.startsWith(namePrefix)) {
      break;
    }
    if (items.length === request.limit || seen === SCAN_MAX) {
      return { items, token: toBase64(utf8Encode(last)) };
    }
    if (isWanted(record)) {
      items.push({ name, record });
    }
    seen += 1;
    last = name;
  }
  return { items, token: undefined };
}
