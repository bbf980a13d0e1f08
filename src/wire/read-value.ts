/**
 * Readers of JSON and CBOR values: a function per shape, compiled once, that checks the types and
 * turns wire forms (base64, epoch seconds) into ours.
 *
 * The decoded tree is ours alone, so a reader changes it in place; only structures whose members
 * have other names on the wire (`jsonName`) are built anew. Unknown members stay and mean nothing.
 * A null member is an absent one.
 */
import { Unreadable } from "./malformed.ts";
import type { Member, ServiceModel, Shape, StructureShape } from "./model.ts";
import { setOwn } from "./set-own.ts";
import { type TimestampFormat, timestampFormat } from "./timestamps.ts";

/** `depth` counts the structures, lists and maps around the value. */
export type ReadValue = (value: unknown, depth: number) => unknown;

/** How a format writes what JSON has no type for. */
export interface ReadDialect {
  readonly usesJsonNames: boolean;
  readonly blob: (value: unknown) => Uint8Array;
  readonly timestamp: (value: unknown, format: TimestampFormat) => Date;
}

/** Structures, lists and maps inside each other; AWS allows far fewer. */
const NESTING_MAX = 500;

interface Plain {
  [key: string]: unknown;
}

const compiled = new WeakMap<ServiceModel, WeakMap<ReadDialect, Map<string, ReadValue>>>();

export function valueReader(
  model: ServiceModel,
  shapeName: string,
  dialect: ReadDialect,
): ReadValue {
  const byDialect = compiled.get(model) ?? new WeakMap();
  compiled.set(model, byDialect);
  const readers: Map<string, ReadValue> = byDialect.get(dialect) ?? new Map();
  byDialect.set(dialect, readers);
  return readerOf({ model, dialect, readers }, { shape: shapeName });
}

interface Compilation {
  readonly model: ServiceModel;
  readonly dialect: ReadDialect;
  readonly readers: Map<string, ReadValue>;
}

function readerOf(compilation: Compilation, member: Member): ReadValue {
  const known = compilation.readers.get(member.shape);
  if (known !== undefined) {
    return known;
  }
  const shape = compilation.model.shapes[member.shape];
  if (shape === undefined) {
    return scalarReader(compilation.dialect, member.shape);
  }
  // A shape may contain itself: what it leads to finds this, which finds the reader when called.
  let reader: ReadValue | undefined;
  compilation.readers.set(member.shape, (value, depth) => reader?.(value, depth));
  reader = shapeReader(compilation, shape);
  compilation.readers.set(member.shape, reader);
  return reader;
}

function shapeReader(compilation: Compilation, shape: Shape): ReadValue {
  switch (shape.type) {
    case "list":
      return listReader(readerOf(compilation, shape.member));
    case "map":
      return mapReader(readerOf(compilation, shape.value));
    default:
      return structureReader(compilation, shape);
  }
}

function listReader(element: ReadValue): ReadValue {
  return (value, depth) => {
    if (!Array.isArray(value)) {
      throw unexpected(value, "a list");
    }
    const inside = deeper(depth);
    for (let index = 0; index < value.length; index += 1) {
      const item: unknown = value[index];
      if (item === null || item === undefined) {
        throw new Unreadable("A list must not hold null");
      }
      value[index] = element(item, inside);
    }
    return value;
  };
}

function mapReader(element: ReadValue): ReadValue {
  return (value, depth) => {
    const map = plainObject(value);
    const inside = deeper(depth);
    for (const key of Object.keys(map)) {
      const item = map[key];
      if (item === null || item === undefined) {
        delete map[key];
        continue;
      }
      const read = element(item, inside);
      if (read !== item) {
        setOwn(map, key, read);
      }
    }
    return map;
  };
}

function structureReader(compilation: Compilation, shape: StructureShape): ReadValue {
  const { usesJsonNames } = compilation.dialect;
  const members = new Map<string, { readonly name: string; readonly read: ReadValue }>();
  let renames = false;
  for (const [name, member] of Object.entries(shape.members)) {
    const wireName = (usesJsonNames ? member.jsonName : undefined) ?? name;
    renames ||= wireName !== name;
    members.set(wireName, { name, read: readerOf(compilation, member) });
  }
  return (value, depth) => {
    const source = plainObject(value);
    const target: Plain = renames ? {} : source;
    const inside = deeper(depth);
    for (const key in source) {
      const member = members.get(key);
      if (member === undefined) {
        continue;
      }
      const item = source[key];
      if (item === null || item === undefined) {
        source[key] = undefined;
        continue;
      }
      const read = member.read(item, inside);
      if (renames || read !== item) {
        target[member.name] = read;
      }
    }
    return target;
  };
}

function scalarReader(dialect: ReadDialect, shapeName: string): ReadValue {
  switch (shapeName) {
    case "string":
      return readString;
    case "number":
      return readNumber;
    case "boolean":
      return readBoolean;
    case "blob":
    case "streamingBlob":
      return dialect.blob;
    case "bigInteger":
      return readBigInteger;
    case "bigDecimal":
      return readBigDecimal;
    case "document":
      return (value) => value;
    default: {
      const format = timestampFormat(shapeName, "epochSeconds");
      return (value) => dialect.timestamp(value, format);
    }
  }
}

function readString(value: unknown): string {
  if (typeof value !== "string") {
    throw unexpected(value, "a String");
  }
  return value;
}

const SPECIAL_NUMBERS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

function readNumber(value: unknown): number {
  if (typeof value === "number") {
    return value;
  }
  if (typeof value === "bigint") {
    return Number(value);
  }
  if (typeof value === "string" && Object.hasOwn(SPECIAL_NUMBERS, value)) {
    return SPECIAL_NUMBERS[value] ?? Number.NaN;
  }
  throw unexpected(value, "a Number");
}

function readBoolean(value: unknown): boolean {
  if (typeof value !== "boolean") {
    throw unexpected(value, "a Boolean");
  }
  return value;
}

function readBigInteger(value: unknown): bigint {
  if (typeof value === "bigint") {
    return value;
  }
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw unexpected(value, "a BigInteger");
  }
  return BigInt(value);
}

function readBigDecimal(value: unknown): string {
  if (typeof value !== "number" && typeof value !== "bigint") {
    throw unexpected(value, "a BigDecimal");
  }
  return String(value);
}

function plainObject(value: unknown): Plain {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw unexpected(value, "a structure or map");
  }
  return value as Plain;
}

function deeper(depth: number): number {
  if (depth >= NESTING_MAX) {
    throw new Unreadable("The request is nested too deeply.");
  }
  return depth + 1;
}

/** In the words of AWS's JSON reader. */
export function unexpected(value: unknown, wanted: string): Unreadable {
  if (Array.isArray(value)) {
    return new Unreadable("Start of list found where not expected");
  }
  if (typeof value === "object" && value !== null) {
    return new Unreadable("Start of structure or map found where not expected.");
  }
  return wanted.startsWith("a structure") || wanted.startsWith("a list")
    ? new Unreadable("Unexpected field type")
    : new Unreadable(`${tokenOf(value)} can not be converted to ${wanted}`);
}

function tokenOf(value: unknown): string {
  switch (typeof value) {
    case "string":
      return "STRING_VALUE";
    case "boolean":
      return value ? "TRUE_VALUE" : "FALSE_VALUE";
    default:
      return "NUMBER_VALUE";
  }
}
