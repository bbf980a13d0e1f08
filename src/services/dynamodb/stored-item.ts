/**
 * Items as rows hold them: a byte of flags, the item's size in four bytes, and the item as JSON in
 * the very form it has on the wire. So a read that returns the whole item copies bytes, and what an
 * item costs is known without decoding it.
 */
import type { Key } from "../../base/ordered-key.ts";
import type {
  Attributes,
  AttributeValue,
  MutableAttributes,
} from "../../languages/dynamodb/attribute-value.ts";
import { attributeOf, setAttribute } from "../../languages/dynamodb/attribute-value.ts";
import type { ReadTx } from "../../store/store.ts";

/** Some value is binary, so its text has to become bytes when the item is decoded. */
const FLAG_BINARY = 1;
const SIZE_AT = 1;
const TEXT_AT = 5;

export function encodeItem(item: Attributes, sizeBytes: number): Uint8Array {
  const written = withBinariesAs(item, writeBinary);
  const text = JSON.stringify(written);
  const bytes = Buffer.allocUnsafe(TEXT_AT + Buffer.byteLength(text, "utf8"));
  bytes[0] = written === item ? 0 : FLAG_BINARY;
  bytes.writeUInt32BE(sizeBytes, SIZE_AT);
  bytes.write(text, TEXT_AT, "utf8");
  return bytes;
}

/** A row as it was read; it is decoded at most once, and only when its attributes are asked for. */
export class StoredItem {
  readonly #bytes: Buffer;
  #attributes: Attributes | undefined;

  constructor(row: Uint8Array) {
    this.#bytes = Buffer.isBuffer(row)
      ? row
      : Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  }

  /** As it is stored. */
  get row(): Uint8Array {
    return this.#bytes;
  }

  get sizeBytes(): number {
    return this.#bytes.readUInt32BE(SIZE_AT);
  }

  get attributes(): Attributes {
    this.#attributes ??= this.#decoded();
    return this.#attributes;
  }

  /** How many bytes the item's JSON takes. */
  get jsonLength(): number {
    return this.#bytes.length - TEXT_AT;
  }

  /** Copies the JSON of the item, in UTF-8. */
  copyJson(target: Buffer, at: number): void {
    this.#bytes.copy(target, at, TEXT_AT);
  }

  #decoded(): Attributes {
    const item = JSON.parse(this.#bytes.toString("utf8", TEXT_AT)) as Attributes;
    return this.#bytes[0] === FLAG_BINARY ? withBinariesAs(item, readBinary) : item;
  }
}

export function readItem(tx: ReadTx, row: Key): StoredItem | undefined {
  const bytes = tx.get(row);
  return bytes && new StoredItem(bytes);
}

/** Binaries are bytes in the engine and base64 in JSON; the types know the former only. */
type Convert = (binary: Uint8Array) => Uint8Array;

const writeBinary = ((bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(
    "base64",
  )) as unknown as Convert;

const readBinary = ((text: string) => Buffer.from(text, "base64")) as unknown as Convert;

/** The item itself when it holds no binary. */
function withBinariesAs(item: Attributes, convert: Convert): Attributes {
  let copy: MutableAttributes | undefined;
  for (const name of Object.keys(item)) {
    const value = attributeOf(item, name);
    const converted = value && convertValue(value, convert);
    if (converted !== value && converted !== undefined) {
      copy ??= { ...item };
      setAttribute(copy, name, converted);
    }
  }
  return copy ?? item;
}

function convertValue(value: AttributeValue, convert: Convert): AttributeValue {
  if (value.S !== undefined || value.N !== undefined) {
    return value;
  }
  if (value.B !== undefined) {
    return { B: convert(value.B) };
  }
  if (value.BS !== undefined) {
    return { BS: value.BS.map(convert) };
  }
  if (value.M !== undefined) {
    const members = withBinariesAs(value.M, convert);
    return members === value.M ? value : { M: members };
  }
  if (value.L !== undefined) {
    const elements = value.L.map((element) => convertValue(element, convert));
    return elements.every((element, index) => element === value.L?.[index])
      ? value
      : { L: elements };
  }
  return value;
}

/** An item as JSON has it, with its binaries in base64, becomes one of the engine. */
export function itemOfJson(item: Attributes): Attributes {
  return withBinariesAs(item, readBinary);
}
