/**
 * The items of a distributed Map, out of the bytes of an object in S3.
 * Sources: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html and
 * https://docs.aws.amazon.com/step-functions/latest/dg/example-csv-parse-dist-map.html
 *
 * Bytes come in chunks and items leave one by one, so that a file need not fit into memory; an object, and a file that
 * `ItemsPointer` leads into, are the exception, and bounded. Parquet is not read: the caller refuses it by name.
 */
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { CsvReader } from "./csv.ts";
import { itemReaderFailed } from "./item-error.ts";
import { ArraySplitter, parseItem } from "./json-items.ts";
import { isArray, isObject, type Json } from "./scope.ts";

export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface Item {
  readonly value: Json;
  /** Of a member of an object: `$$.Map.Item.Key`. */
  readonly key?: string;
}

export type Delimiter = "COMMA" | "PIPE" | "SEMICOLON" | "SPACE" | "TAB";

export type ItemFormat =
  | { readonly kind: "JSON"; readonly itemsPointer?: string }
  | { readonly kind: "JSONL" }
  | {
      readonly kind: "CSV";
      readonly delimiter?: Delimiter;
      /** `undefined`: the first row has them. */
      readonly headers?: readonly string[];
    };

export interface ReadOptions {
  readonly format: ItemFormat;
  /** Items behind these are left unread; 0 or absent: all. */
  readonly maxItems?: number;
}

/** Of one Map state: more are cut off. */
export const ITEMS_MAX = 100_000_000;
const HEADER_BYTES_MAX = 10 * 1024;
const LINE_CHARACTERS_MAX = 4_000_000;
const DOCUMENT_CHARACTERS_MAX = 200_000_000;
const DELIMITERS: Readonly<Record<Delimiter, string>> = {
  COMMA: ",",
  PIPE: "|",
  SEMICOLON: ";",
  SPACE: " ",
  TAB: "\t",
};

/** @throws DataError States.ItemReaderFailed, from the iteration, where the bytes are not of the format */
export async function* readItems(
  chunks: Chunks,
  { format, maxItems = 0 }: ReadOptions,
): AsyncGenerator<Item, void, void> {
  let left = maxItems > 0 ? Math.min(maxItems, ITEMS_MAX) : ITEMS_MAX;
  for await (const items of itemsOf(decoded(chunks), format)) {
    for (const item of items) {
      yield item;
      left -= 1;
      if (left === 0) {
        return;
      }
    }
  }
}

/** Several items at a time: a promise for each of a million would take longer than reading them. */
function itemsOf(texts: AsyncIterable<string>, format: ItemFormat): AsyncIterable<readonly Item[]> {
  switch (format.kind) {
    case "CSV":
      return csvItems(texts, format);
    case "JSONL":
      return lineItems(texts);
    case "JSON":
      return jsonItems(texts, format.itemsPointer ?? "");
  }
}

async function* decoded(chunks: Chunks): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

async function* csvItems(
  texts: AsyncIterable<string>,
  { delimiter = "COMMA", headers }: ItemFormat & { kind: "CSV" },
): AsyncGenerator<readonly Item[]> {
  let names = headers;
  const reader = new CsvReader(DELIMITERS[delimiter]);
  const itemsOfRows = (rows: readonly (readonly string[])[]): readonly Item[] => {
    const [first, ...rest] = names === undefined ? rows : [undefined, ...rows];
    names ??= first === undefined ? undefined : checkedHeaders(first);
    return names === undefined ? [] : rest.map((row) => csvItem(names ?? [], row ?? []));
  };
  for await (const text of texts) {
    yield itemsOfRows(reader.read(text));
  }
  yield itemsOfRows(reader.end());
}

function checkedHeaders(names: readonly string[]): readonly string[] {
  if (Buffer.byteLength(names.join(",")) > HEADER_BYTES_MAX) {
    throw itemReaderFailed("The headers of the CSV file exceed 10 KiB.");
  }
  return names;
}

/** Fields that the row lacks are empty, those that have no header are left out. */
function csvItem(names: readonly string[], row: readonly string[]): Item {
  return { value: Object.fromEntries(names.map((name, index) => [name, row[index] ?? ""])) };
}

async function* lineItems(texts: AsyncIterable<string>): AsyncGenerator<readonly Item[]> {
  let rest = "";
  for await (const text of texts) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LINE_CHARACTERS_MAX) {
      throw itemReaderFailed(`A line of the file has more than ${LINE_CHARACTERS_MAX} characters.`);
    }
    yield lines.flatMap(lineItem);
  }
  yield lineItem(rest);
}

function lineItem(line: string): readonly Item[] {
  return line.trim() === "" ? [] : [{ value: parseItem(line) }];
}

async function* jsonItems(
  texts: AsyncIterable<string>,
  pointer: string,
): AsyncGenerator<readonly Item[]> {
  const pieces: string[] = [];
  let characters = 0;
  let splitter: ArraySplitter | undefined;
  for await (const text of texts) {
    const isFirst = characters === 0 && text.trim() !== "";
    if (isFirst && pointer === "" && text.trimStart().startsWith("[")) {
      splitter = new ArraySplitter();
    }
    characters += text.trim() === "" ? 0 : text.length;
    if (splitter !== undefined) {
      yield splitter.read(text).map((value) => ({ value }));
    } else if (characters > DOCUMENT_CHARACTERS_MAX) {
      throw itemReaderFailed(`The file has more than ${DOCUMENT_CHARACTERS_MAX} characters.`);
    } else {
      pieces.push(text);
    }
  }
  if (splitter === undefined) {
    yield itemsIn(valueAt(parseItem(pieces.join("")), pointer));
  } else {
    splitter.end();
  }
}

/** What a JSON pointer leads to: https://www.rfc-editor.org/rfc/rfc6901 */
function valueAt(document: Json, pointer: string): Json {
  const [empty, ...tokens] = pointer.split("/");
  let value: Json | undefined = empty === "" ? document : undefined;
  for (const token of tokens) {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (isArray(value)) {
      value = /^(?:0|[1-9]\d*)$/.test(name) ? value[Number(name)] : undefined;
    } else {
      value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    }
  }
  if (value === undefined) {
    throw itemReaderFailed(`The ItemsPointer '${pointer}' could not be found in the file.`);
  }
  return value;
}

/** The elements of an array, or the members of an object. */
export function itemsIn(value: Json): readonly Item[] {
  if (isArray(value)) {
    return value.map((item) => ({ value: item }));
  }
  if (isObject(value)) {
    return Object.entries(value).map(([key, member]) => ({ key, value: member }));
  }
  throw itemReaderFailed("Attempting to map over non-iterable node.");
}

/** The bytes of a gzip file, as those of an S3 inventory are. @throws DataError, from the iteration */
export async function* gunzipped(chunks: Chunks): AsyncGenerator<Uint8Array, void, void> {
  const gunzip = createGunzip();
  const source = Readable.from(chunks);
  source.on("error", (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw isZlibError(error) ? itemReaderFailed("The file is not a valid gzip file.") : error;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
