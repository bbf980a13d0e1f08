/** The lines of objects that are imported, and the items in them. */
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { ByteStream } from "../../../base/byte-stream.ts";
import type { Attributes, MutableAttributes } from "../../../languages/dynamodb/attribute-value.ts";
import { setAttribute } from "../../../languages/dynamodb/attribute-value.ts";
import { normalizeAttributes } from "../../../languages/dynamodb/normalize.ts";
import { validation } from "../errors.ts";
import { itemOfJson } from "../stored-item.ts";
import type { TableRecord } from "../table.ts";
import type { TableImport } from "./import.ts";

/** Of a line, in characters: an item of 400 KiB, written wastefully. */
const LINE_LENGTH_MAX: number = 16 * 1024 * 1024;

/** Lines without their ends; a line feed inside quotes belongs to the line when `isQuoting`. */
export async function* linesOf(
  body: ByteStream,
  options: { readonly isGzipped: boolean; readonly isQuoting: boolean },
): AsyncIterable<string> {
  const bytes = options.isGzipped ? unzipped(body) : body;
  const decoder = new TextDecoder();
  let held = "";
  for await (const chunk of bytes) {
    held += decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = lineEnd(held, from, options.isQuoting); end !== -1; ) {
      yield withoutReturn(held.slice(from, end));
      from = end + 1;
      end = lineEnd(held, from, options.isQuoting);
    }
    held = held.slice(from);
    if (held.length > LINE_LENGTH_MAX) {
      throw validation("A line of the input is too long");
    }
  }
  held += decoder.decode();
  if (held !== "") {
    yield withoutReturn(held);
  }
}

/** Whatever goes wrong with either stream ends the reading of it. */
function unzipped(body: ByteStream): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip();
  pipeline(Readable.from(body), gunzip, () => {});
  return gunzip;
}

function lineEnd(text: string, from: number, isQuoting: boolean): number {
  if (!isQuoting) {
    return text.indexOf("\n", from);
  }
  let isQuoted = false;
  for (let at = from; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      isQuoted = !isQuoted;
    } else if (unit === LINE_FEED && !isQuoted) {
      return at;
    }
  }
  return -1;
}

const QUOTE = 0x22;
const LINE_FEED = 0x0a;

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/** The item of a line of DynamoDB JSON. */
export function itemOfLine(line: string): Attributes {
  const { Item } = JSON.parse(line) as { readonly Item?: unknown };
  if (typeof Item !== "object" || Item === null) {
    throw validation("A line of the input has no Item");
  }
  return normalizeAttributes(itemOfJson(Item as Attributes), "current");
}

/** The fields of a line of CSV (RFC 4180). */
export function fieldsOf(line: string, delimiter: string): readonly string[] {
  const fields: string[] = [];
  let [field, at, isQuoted] = ["", 0, false];
  while (at < line.length) {
    const character = line.charAt(at);
    if (isQuoted && character === '"' && line.charAt(at + 1) === '"') {
      field += '"';
      at += 1;
    } else if (character === '"') {
      isQuoted = !isQuoted;
    } else if (character === delimiter && !isQuoted) {
      fields.push(field);
      field = "";
    } else {
      field += character;
    }
    at += 1;
  }
  fields.push(field);
  return fields;
}

/** Key attributes have the types that the table gives them, all others are strings. */
export function itemOfFields(
  table: TableRecord,
  headers: readonly string[],
  fields: readonly string[],
): Attributes {
  if (fields.length > headers.length) {
    throw validation("A line of the input has more fields than there are headers");
  }
  const item: MutableAttributes = {};
  for (const [index, text] of fields.entries()) {
    const name = headers[index] ?? "";
    const type = Object.hasOwn(table.attributes, name) ? table.attributes[name] : "S";
    if (text !== "") {
      const value = type === "N" ? { N: text } : { S: text };
      setAttribute(item, name, type === "B" ? { B: Buffer.from(text, "base64") } : value);
    }
  }
  return normalizeAttributes(item, "current");
}

export function delimiterOf({ delimiter }: TableImport): string {
  return delimiter ?? ",";
}
