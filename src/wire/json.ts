/** JSON bodies: the text of a request to a value of its shape, and a value to the text of a response. */
import { Unreadable } from "./malformed.ts";
import type { ServiceModel } from "./model.ts";
import { type ReadDialect, unexpected, valueReader } from "./read-value.ts";
import {
  readEpochSeconds,
  readTimestampText,
  type TimestampFormat,
  writeTimestamp,
} from "./timestamps.ts";
import { valueWriter, type WriteDialect } from "./write-value.ts";

const READ_AWS_JSON: ReadDialect = {
  usesJsonNames: false,
  blob: readBlob,
  timestamp: readTimestamp,
};
const READ_REST_JSON: ReadDialect = { ...READ_AWS_JSON, usesJsonNames: true };

const WRITE_AWS_JSON: WriteDialect = {
  usesJsonNames: false,
  blob: (value) => writeBlob(value as Uint8Array),
  timestamp: (value, format) =>
    format === "epochSeconds" ? value.getTime() / 1000 : writeTimestamp(value, format),
};
const WRITE_REST_JSON: WriteDialect = { ...WRITE_AWS_JSON, usesJsonNames: true };

/** `restJson1` obeys `jsonName`, `awsJson` does not. */
export type JsonNames = "own" | "wire";

/** An empty body is an empty structure. */
export function readJson(
  model: ServiceModel,
  shapeName: string,
  body: Uint8Array,
  names: JsonNames,
): unknown {
  const value = body.length === 0 ? {} : parseJson(body);
  return valueReader(model, shapeName, names === "own" ? READ_AWS_JSON : READ_REST_JSON)(value, 0);
}

export function writeJson(
  model: ServiceModel,
  shapeName: string,
  value: unknown,
  names: JsonNames,
): string {
  const write = valueWriter(model, shapeName, names === "own" ? WRITE_AWS_JSON : WRITE_REST_JSON);
  return JSON.stringify(write === undefined ? value : write(value));
}

function parseJson(body: Uint8Array): unknown {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable("The request body is not valid JSON.");
  }
}

/** Only padded base64 of the standard alphabet has exactly this many bytes. */
function readBlob(value: unknown): Uint8Array {
  if (typeof value !== "string") {
    throw unexpected(value, "a Blob");
  }
  const bytes = Buffer.from(value, "base64");
  const padding = value.endsWith("==") ? 2 : value.endsWith("=") ? 1 : 0;
  if (value.length % 4 !== 0 || bytes.length !== (value.length / 4) * 3 - padding) {
    throw new Unreadable("Invalid Base64 encoding");
  }
  return bytes;
}

function writeBlob(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
}

function readTimestamp(value: unknown, format: TimestampFormat): Date {
  if (typeof value === "number") {
    return readEpochSeconds(value);
  }
  if (typeof value === "string" && format !== "epochSeconds") {
    return readTimestampText(value);
  }
  throw unexpected(value, "a Timestamp");
}
