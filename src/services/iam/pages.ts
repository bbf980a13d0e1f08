/** Pages of lists: `MaxItems` items behind the one that `Marker` names. */
import { fromBase64, toBase64, utf8Decode, utf8Encode } from "../../base/bytes.ts";
import { PAGE_SIZE_DEFAULT } from "./limits.ts";

export interface PageInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface PageOutput<T> {
  readonly items: readonly T[];
  /** The members of the answer that say how to go on. */
  readonly rest: { readonly IsTruncated: boolean; readonly Marker?: string };
}

/** `items` come in the order of their names, which is that of code units. */
export function page<T>(
  items: Iterable<T>,
  nameOf: (item: T) => string,
  { Marker, MaxItems = PAGE_SIZE_DEFAULT }: PageInput,
): PageOutput<T> {
  const after = Marker === undefined ? undefined : utf8Decode(fromBase64(Marker));
  const taken: T[] = [];
  for (const item of items) {
    if (after !== undefined && nameOf(item) <= after) {
      continue;
    }
    const last = taken.at(-1);
    if (taken.length === MaxItems && last !== undefined) {
      const marker = toBase64(utf8Encode(nameOf(last)));
      return { items: taken, rest: { IsTruncated: true, Marker: marker } };
    }
    taken.push(item);
  }
  return { items: taken, rest: { IsTruncated: false } };
}
