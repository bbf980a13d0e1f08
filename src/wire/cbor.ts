/**
 * CBOR bodies: timestamps are tag 1 over seconds in the RPC v2 protocol, over milliseconds in the
 * older one of AWS (`application/x-amz-cbor-1.1`); blobs are byte strings.
 * Sources: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html,
 * https://github.com/aws/aws-sdk-java-v2/issues/4661
 */
import { createRequire } from "node:module";
import type { Decoder, Encoder, Tag } from "cbor-x";
import { Unreadable } from "./malformed.ts";
import type { ServiceModel } from "./model.ts";
import { type ReadDialect, unexpected, valueReader } from "./read-value.ts";

/** Loaded with the first CBOR request: most engines never see one. */
interface Codec {
  readonly decoder: Decoder;
  readonly encoder: Encoder;
  readonly Tag: typeof Tag;
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

/** What was decoded as seconds are milliseconds. */
const READ_AWS_CBOR: ReadDialect = {
  ...READ_CBOR,
  timestamp: (value, format) => new Date(READ_CBOR.timestamp(value, format).getTime() / 1000),
};

export type CborProtocol = "awsCbor1_1" | "rpcv2Cbor";

export function readCbor(
  model: ServiceModel,
  shapeName: string,
  body: Uint8Array,
  protocol: CborProtocol,
): unknown {
  const value = body.length === 0 ? {} : decode(body);
  const dialect = protocol === "awsCbor1_1" ? READ_AWS_CBOR : READ_CBOR;
  return valueReader(model, shapeName, dialect)(value, 0);
}

/** Members that are not set are left out. */
export function writeCbor(value: unknown): Uint8Array {
  return loadCodec().encoder.encode(withoutUndefined(value));
}

/** The same with whole milliseconds, which the SDKs for Java read as integers and nothing else. */
export function writeAwsCbor(value: unknown): Uint8Array {
  const { encoder, Tag } = loadCodec();
  const TIME_TAG = 1;
  const written = (one: unknown): unknown => {
    if (one instanceof Date) {
      return new Tag(BigInt(one.getTime()), TIME_TAG);
    }
    return Number.isInteger(one) && Number(one) > UINT32_MAX ? BigInt(Number(one)) : one;
  };
  return encoder.encode(withoutUndefined(value, written));
}

/** The encoder makes larger numbers floating. */
const UINT32_MAX: number = 2 ** 32 - 1;

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
    // Times come as integers of 64 bits, which a number holds exactly for longer than we shall need.
    const options = {
      useRecords: false,
      mapsAsObjects: true,
      tagUint8Array: false,
      int64AsNumber: true,
    };
    codec = {
      decoder: new cbor.Decoder(options),
      encoder: new cbor.Encoder(options),
      Tag: cbor.Tag,
    };
  }
  return codec;
}

type Written = (value: unknown) => unknown;

const AS_IT_IS: Written = (value) => value;

function withoutUndefined(value: unknown, written: Written = AS_IT_IS): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => withoutUndefined(item, written));
  }
  if (typeof value !== "object" || value === null) {
    return written(value);
  }
  if (value instanceof Date || value instanceof Uint8Array) {
    return written(value);
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutUndefined(item, written)]));
}
