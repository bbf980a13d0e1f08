/**
 * Walking over keys: by prefix, rolled up at a delimiter, a page at a time.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html
 */
import { compareBytes, utf8Encode } from "../../base/bytes.ts";
import type { Key } from "../../base/ordered-key.ts";
import type { IdRange } from "../../store/collection.ts";
import { invalidArgument } from "./errors.ts";
import { PAGE_MAX } from "./limits.ts";

export interface Walk {
  readonly bucket: string;
  readonly prefix: string;
  readonly delimiter: string;
  /** The first key, or what stands in its place, that this page may have. */
  readonly from: Key | undefined;
  readonly limit: number;
}

export interface Found<T> {
  readonly id: Key;
  readonly record: T;
}

export interface Page<T> {
  readonly found: readonly Found<T>[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
  /** The last of both, a key's whole id or a common prefix. */
  readonly last: Found<T> | string | undefined;
  /** Where the next page starts. */
  readonly next: Key | undefined;
}

/** `list` gives what is in a range of ids, which start with the bucket and the key. */
export function walk<T>(list: (range: IdRange) => Iterable<Found<T>>, options: Walk): Page<T> {
  const found: Found<T>[] = [];
  const commonPrefixes: string[] = [];
  let last: Found<T> | string | undefined;
  let from: Key | undefined = startOf(options);
  while (from !== undefined && options.limit > 0) {
    let skipTo: Key | undefined;
    for (const one of list({ prefix: [options.bucket], from: [options.bucket, ...from] })) {
      const key = keyOf(one);
      if (!key.startsWith(options.prefix)) {
        break;
      }
      if (found.length + commonPrefixes.length === options.limit) {
        return { found, commonPrefixes, isTruncated: true, last, next: behind(last) };
      }
      const common = commonPrefixOf(key, options);
      if (common !== undefined) {
        commonPrefixes.push(common);
        last = common;
        skipTo = behind(common);
        break;
      }
      found.push(one);
      last = one;
    }
    from = skipTo;
  }
  return { found, commonPrefixes, isTruncated: false, last, next: undefined };
}

/** The lowest id behind a key with all that follows it, or behind all keys of a common prefix. */
function behind<T>(last: Found<T> | string | undefined): Key | undefined {
  if (last === undefined) {
    return undefined;
  }
  if (typeof last === "string") {
    const next = behindPrefix(last);
    return next === undefined ? undefined : [next];
  }
  const [, ...id] = last.id;
  return behindId(id);
}

/** The lowest id above this one: its last part with the lowest character behind it. */
export function behindId(id: Key): Key {
  return [...id.slice(0, -1), `${String(id.at(-1))}\0`];
}

/** Where a page starts that follows a marker, which is a key or a common prefix. */
export function behindMarker(marker: string, options: Pick<Walk, "prefix" | "delimiter">): Key {
  const next = commonPrefixOf(marker, options) === marker ? behindPrefix(marker) : undefined;
  return [next ?? `${marker}\0`];
}

export function commonPrefixOf(
  key: string,
  options: Pick<Walk, "prefix" | "delimiter">,
): string | undefined {
  if (options.delimiter === "" || !key.startsWith(options.prefix)) {
    return undefined;
  }
  const at = key.indexOf(options.delimiter, options.prefix.length);
  return at === -1 ? undefined : key.slice(0, at + options.delimiter.length);
}

/** `refusal`: the text of the one operation that words it otherwise. */
export function pageSize(
  given: number | undefined,
  argument: string,
  refusal: string = `Argument ${argument} must be an integer between 0 and 2147483647`,
): number {
  if (given !== undefined && (!Number.isInteger(given) || given < 0 || given > 0x7fffffff)) {
    throw invalidArgument(refusal, { name: argument, value: given });
  }
  return Math.min(given ?? PAGE_MAX, PAGE_MAX);
}

function startOf({ prefix, from }: Walk): Key {
  const [first] = from ?? [];
  const isBehind =
    typeof first === "string" && compareBytes(utf8Encode(first), utf8Encode(prefix)) > 0;
  return from !== undefined && isBehind ? from : [prefix];
}

function keyOf<T>(one: Found<T>): string {
  return one.id[1] as string;
}

const CODE_POINT_MAX = 0x10ffff;
const SURROGATES_START = 0xd800;
const SURROGATES_END = 0xe000;

/** The first text behind all that start with `prefix`, in the order of code points. */
function behindPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === CODE_POINT_MAX) {
    points.pop();
  }
  const last = points.pop();
  if (last === undefined) {
    return undefined;
  }
  const next = last + 1 === SURROGATES_START ? SURROGATES_END : last + 1;
  return String.fromCodePoint(...points, next);
}
