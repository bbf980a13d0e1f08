/**
 * What was decoded before is not decoded again: it is kept with its bytes, and given only while the
 * bytes that were read are the same, so it is never stale. It is shared: nobody changes it.
 */
import { equalBytes } from "../base/bytes.ts";

/** Values kept; all are let go when there are more. */
const REMEMBERED_MAX = 1_000;

/** `name` is where a value is looked for; what tells values apart is their bytes. */
export function rememberingDecoder<T>(
  decode: (bytes: Uint8Array) => T,
): (name: string, bytes: Uint8Array) => T {
  const known = new Map<string, { readonly bytes: Uint8Array; readonly value: T }>();
  return (name, bytes) => {
    const found = known.get(name);
    if (found !== undefined && equalBytes(found.bytes, bytes)) {
      return found.value;
    }
    if (known.size >= REMEMBERED_MAX) {
      known.clear();
    }
    const value = decode(bytes);
    known.set(name, { bytes: Uint8Array.from(bytes), value });
    return value;
  };
}
