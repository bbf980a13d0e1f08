/** Simple shapes as text: in forms, XML, headers, query strings and paths. */
import { Unreadable } from "./malformed.ts";
import {
  readTimestampText,
  type TimestampFormat,
  timestampFormat,
  writeTimestamp,
} from "./timestamps.ts";

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

export function readScalarText(shapeName: string, text: string): unknown {
  switch (shapeName) {
    case "string":
    case "bigDecimal":
    case "document":
      return text;
    case "number":
      return readNumberText(text);
    case "boolean":
      return readBooleanText(text);
    case "blob":
    case "streamingBlob":
      return Buffer.from(text, "base64");
    case "bigInteger":
      return readBigIntegerText(text);
    default:
      return readTimestampText(text);
  }
}

export function writeScalarText(shapeName: string, value: unknown, dates: TimestampFormat): string {
  if (value instanceof Date) {
    return writeTimestamp(value, timestampFormat(shapeName, dates));
  }
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
  }
  return String(value);
}

function readNumberText(text: string): number {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) {
    return Number(trimmed);
  }
  if (trimmed === "NaN" || trimmed === "Infinity" || trimmed === "-Infinity") {
    return Number(trimmed);
  }
  throw new Unreadable(`${text} is not a valid number`);
}

function readBooleanText(text: string): boolean {
  const lower = text.trim().toLowerCase();
  if (lower !== "true" && lower !== "false") {
    throw new Unreadable(`${text} is not a valid boolean`);
  }
  return lower === "true";
}

function readBigIntegerText(text: string): bigint {
  if (!/^[+-]?\d{1,1000}$/.test(text)) {
    throw new Unreadable(`${text} is not a valid integer`);
  }
  return BigInt(text);
}
