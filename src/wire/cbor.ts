/**
 * CBOR bodies of the RPC v2 protocol: timestamps are tag 1 over seconds, blobs byte strings.
 * Source: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
import { createRequire } from "node:module";
import type { Decoder, Encoder } from "cbor-x";
import { Unreadable } from "./malformed.ts";
import type { ServiceModel } from "./model.ts";
import { type ReadDialect, unexpected, valueReader } from "./read-value.ts";

/** Loaded with the first CBOR request: most engines never see one. */
interface Codec {
  readonly decoder: Decoder;
  readonly encoder: Encoder;
}

let codec: Codec | undefined;

const READ_CBOR: ReadDialect = {
  usesJsonNames: false,
  blob: (value) => {
    if (!(value instanceof Uint8Array)) {
      throw unexpected(value, "a Blob");
    }
    return value;
  },
  timestamp: (value) => {
    if (!(value instanceof Date) || Number.isNaN(value.getTime())) {
      throw unexpected(value, "a Timestamp");
    }
    return value;
  },
};

export function readCbor(model: ServiceModel, shapeName: string, body: Uint8Array): unknown {
  const value = body.length === 0 ? {} : decode(body);
  return valueReader(model, shapeName, READ_CBOR)(value, 0);
}

/** Members that are not set are left out. */
export function writeCbor(value: unknown): Uint8Array {
  return loadCodec().encoder.encode(withoutUndefined(value));
}

function decode(body: Uint8Array): unknown {
  try {
    return loadCodec().decoder.decode(Buffer.from(body));
  } catch {
    throw new Unreadable("The request body is not valid CBOR.");
  }
}

function loadCodec(): Codec {
  if (codec === undefined) {
    const cbor = createRequire(import.meta.url)("cbor-x") as typeof import("cbor-x");
    const options = { useRecords: false, mapsAsObjects: true, tagUint8Array: false };
    codec = { decoder: new cbor.Decoder(options), encoder: new cbor.Encoder(options) };
  }
  return codec;
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutUndefined);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (value instanceof Date || value instanceof Uint8Array) {
    return value;
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutUndefined(item)]));
}
