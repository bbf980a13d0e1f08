/**
 * Tuple keys in an order-preserving encoding: the bytes of two keys compare as their parts do.
 *
 * | part       | tag  | body                                                   |
 * |------------|------|--------------------------------------------------------|
 * | Uint8Array | 0x01 | the bytes, 0x00 written as 0x00 0xFF, then 0x00         |
 * | string     | 0x02 | the same over UTF-8                                     |
 * | number     | 0x05 | 8 bytes: IEEE 754, sign flipped so that order is kept   |
 * | boolean    | 0x26 / 0x27 | none                                            |
 *
 * Invariants: `decodeKey(encodeKey(k))` is `k`; every tag is below 0xFF, so the keys that start with
 * the parts of a prefix are those from its bytes up to `prefixEnd`. (Bytes alone do not tell: those
 * of `["a"]` begin those of `["a\0"]` too, which sorts behind that end.)
 *
 * The scheme is that of the FoundationDB tuple layer (escape and terminator), with one number type.
 */
import { assert } from "./assert.ts";
import { asBuffer } from "./bytes.ts";

export type KeyPart = string | number | boolean | Uint8Array;
export type Key = readonly KeyPart[];

/** The longest encoded key a driver must take, in bytes: LMDB's limit with 8 KiB pages. */
export const KEY_SIZE_MAX = 4026;

const TAG_BYTES = 0x01;
const TAG_STRING = 0x02;
const TAG_NUMBER = 0x05;
const TAG_FALSE = 0x26;
const TAG_TRUE = 0x27;
const ESCAPE = 0xff;
const PREFIX_END = Buffer.from([0xff]);

const SCRATCH_SIZE = 3 * KEY_SIZE_MAX;
const scratch = Buffer.allocUnsafe(SCRATCH_SIZE);

export function encodeKey(key: Key): Uint8Array {
  const size = writeKey(key);
  const encoded = Buffer.allocUnsafe(size);
  scratch.copy(encoded, 0, 0, size);
  return encoded;
}

/** The encoded key as a latin1 text: one character a byte, so that texts compare as bytes do. */
export function encodeKeyText(key: Key): string {
  return scratch.toString("latin1", 0, writeKey(key));
}

/** Writes to the start of `scratch` and says how many bytes. */
function writeKey(key: Key): number {
  let at = 0;
  for (const part of key) {
    at = writePart(part, at);
  }
  assert(at <= KEY_SIZE_MAX, `a key of ${at} bytes is over ${KEY_SIZE_MAX}`);
  return at;
}

/** The exclusive end of the range of all keys that start with the parts of `prefix`. */
export function prefixEnd(encodedPrefix: Uint8Array): Uint8Array {
  return Buffer.concat([encodedPrefix, PREFIX_END]);
}

export function decodeKey(bytes: Uint8Array): Key {
  const buffer = asBuffer(bytes);
  const parts: KeyPart[] = [];
  let at = 0;
  while (at < buffer.length) {
    const tag = buffer[at];
    at += 1;
    if (tag === TAG_NUMBER) {
      parts.push(readNumber(buffer, at));
      at += 8;
    } else if (tag === TAG_STRING) {
      const end = endOfBody(buffer, at);
      parts.push(readText(buffer, at, end));
      at = end + 1;
    } else if (tag === TAG_BYTES) {
      const end = endOfBody(buffer, at);
      parts.push(new Uint8Array(unescaped(buffer.subarray(at, end))));
      at = end + 1;
    } else {
      assert(tag === TAG_FALSE || tag === TAG_TRUE, `unknown key tag ${tag}`);
      parts.push(tag === TAG_TRUE);
    }
  }
  return parts;
}

function writePart(part: KeyPart, at: number): number {
  if (typeof part === "string") {
    scratch[at] = TAG_STRING;
    assert(at + part.length < SCRATCH_SIZE, "a key part is longer than any key may be");
    return writeText(part, at + 1);
  }
  if (typeof part === "number") {
    scratch[at] = TAG_NUMBER;
    return writeNumber(part, at + 1);
  }
  if (typeof part === "boolean") {
    scratch[at] = part ? TAG_TRUE : TAG_FALSE;
    return at + 1;
  }
  scratch[at] = TAG_BYTES;
  assert(at + part.length < SCRATCH_SIZE, "a key part is longer than any key may be");
  return writeBytes(part, at + 1);
}

function writeText(text: string, at: number): number {
  if (text.includes("\0")) {
    return writeBytes(Buffer.from(text, "utf8"), at);
  }
  const end = at + scratch.write(text, at, "utf8");
  scratch[end] = 0;
  return end + 1;
}

function writeBytes(bytes: Uint8Array, start: number): number {
  let at = start;
  for (const byte of bytes) {
    scratch[at] = byte;
    at += 1;
    if (byte === 0) {
      scratch[at] = ESCAPE;
      at += 1;
    }
    assert(at < SCRATCH_SIZE, "a key part is longer than any key may be");
  }
  scratch[at] = 0;
  return at + 1;
}

/** Positive numbers get their sign bit set, negative ones all bits flipped; -0 is written as 0. */
function writeNumber(value: number, at: number): number {
  assert(!Number.isNaN(value), "NaN has no place in an order");
  scratch.writeDoubleBE(value === 0 ? 0 : value, at);
  const first = scratch[at] ?? 0;
  if ((first & 0x80) === 0) {
    scratch[at] = first | 0x80;
  } else {
    flip(scratch, at);
  }
  return at + 8;
}

const numberBytes = Buffer.alloc(8);

function readNumber(buffer: Buffer, at: number): number {
  const isNegative = ((buffer[at] ?? 0) & 0x80) === 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = buffer[at + index] ?? 0;
    numberBytes[index] = isNegative ? ~byte & 0xff : byte;
  }
  if (!isNegative) {
    numberBytes[0] = (numberBytes[0] ?? 0) & 0x7f;
  }
  return numberBytes.readDoubleBE(0);
}

function flip(buffer: Buffer, at: number): void {
  for (let index = at; index < at + 8; index += 1) {
    buffer[index] = ~(buffer[index] ?? 0) & 0xff;
  }
}

/** Most texts have no zero in them, and are read where they are. */
function readText(buffer: Buffer, start: number, end: number): string {
  const zero = buffer.indexOf(0, start);
  return zero === end
    ? buffer.toString("utf8", start, end)
    : unescaped(buffer.subarray(start, end)).toString("utf8");
}

/** The index of the terminating zero: one that no 0xFF follows. */
function endOfBody(buffer: Buffer, start: number): number {
  let at = buffer.indexOf(0, start);
  while (at !== -1 && buffer[at + 1] === ESCAPE) {
    at = buffer.indexOf(0, at + 2);
  }
  assert(at !== -1, "a key part has no end");
  return at;
}

function unescaped(body: Buffer): Buffer {
  if (!body.includes(0)) {
    return body;
  }
  const out: number[] = [];
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0;
    out.push(byte);
    if (byte === 0) {
      at += 1;
    }
  }
  return Buffer.from(out);
}
