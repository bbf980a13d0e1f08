/** Laying changes that are not in a snapshot yet over it. */
import { compareBytes } from "../base/bytes.ts";
import type { RawEntry } from "./transaction.ts";

/** A change to a row: `undefined` deletes it. */
export interface RawChange {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** Merges two sequences sorted in one direction; a change wins over the stored row of its key. */
export function* overlaid(
  stored: Iterable<RawEntry>,
  changes: Iterable<RawChange>,
  reverse: boolean,
): Generator<RawEntry> {
  const pending = changes[Symbol.iterator]();
  let change = pending.next();
  for (const entry of stored) {
    let replaced = false;
    while (change.done !== true) {
      const order = compareBytes(change.value.key, entry.key);
      if (reverse ? order < 0 : order > 0) {
        break;
      }
      replaced = order === 0;
      if (change.value.value !== undefined) {
        yield { key: change.value.key, value: change.value.value };
      }
      change = pending.next();
    }
    if (!replaced) {
      yield entry;
    }
  }
  for (; change.done !== true; change = pending.next()) {
    if (change.value.value !== undefined) {
      yield { key: change.value.key, value: change.value.value };
    }
  }
}
