import { latin1Decode } from "../../base/bytes.ts";
import { encodeKey, type Key } from "../../base/ordered-key.ts";
import { validation } from "./errors.ts";

/** A batch names no item twice. */
export function requireDistinctKeys(rows: readonly Key[]): void {
  if (hasRepeats(rows)) {
    throw validation("Provided list of item keys contains duplicates");
  }
}

export function hasRepeats(rows: readonly Key[]): boolean {
  return new Set(rows.map((row) => latin1Decode(encodeKey(row)))).size < rows.length;
}
