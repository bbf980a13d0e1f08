/**
 * Bodies as sent to bodies as meant: `aws-chunked` and `gzip` are undone, checksums and digests in
 * headers and trailers are verified. What the query string of a presigned URL says of a checksum
 * is not enforced: the SDK computes it over an empty body.
 *
 * gzip is undone only where the body is a protocol's own; an S3 object keeps its encoding.
 */
import { gunzipSync } from "node:zlib";
import type { ByteStream } from "../base/byte-stream.ts";
import { concatBytes } from "../base/bytes.ts";
import { createChunkedDecoder, incompleteBody } from "./aws-chunked.ts";
import { AwsError } from "./aws-error.ts";
import {
  CHECKSUM_ALGORITHMS,
  CHECKSUM_SIZES,
  type Checksum,
  type ChecksumAlgorithm,
  createChecksum,
} from "./checksums.ts";

type RequestHeaders = Readonly<Record<string, string>>;

/** What a compressed request may become, in bytes: PutMetricData takes 1 MB. */
const UNZIPPED_SIZE_MAX = 64 * 1024 * 1024;
const PROTOCOL_TYPES = /^application\/(x-amz-json-1\.[01]|x-www-form-urlencoded|cbor)\b/;
const CHECKSUM_HEADER = "x-amz-checksum-";
/** Headers that make a body more than its bytes. */
const TELLING_HEADERS = [
  "content-encoding",
  "content-md5",
  "x-amz-decoded-content-length",
  "x-amz-trailer",
  ...CHECKSUM_ALGORITHMS.map((algorithm) => CHECKSUM_HEADER + algorithm),
];

/** Throws the `AwsError` for a body that is cut off, corrupt or not encoded as announced. */
export function decodeBody(headers: RequestHeaders, bytes: Uint8Array): Uint8Array {
  if (isPlain(headers)) {
    return bytes;
  }
  const verifier = createVerifier(headers);
  let content = bytes;
  if (isChunked(headers)) {
    const decoder = createChunkedDecoder();
    content = concatBytes(decoder.push(bytes));
    verifier.trailers(decoder.end());
  }
  verifier.update(content);
  verifier.verify();
  return isZipped(headers) ? unzipped(content) : content;
}

/** The same for a body that is not held in memory; an error comes where the content ends. */
export function decodeStream(headers: RequestHeaders, source: ByteStream): ByteStream {
  return isPlain(headers) ? source : decodedStream(headers, source);
}

async function* decodedStream(headers: RequestHeaders, source: ByteStream): ByteStream {
  const verifier = createVerifier(headers);
  const decoder = isChunked(headers) ? createChunkedDecoder() : undefined;
  for await (const bytes of source) {
    for (const content of decoder?.push(bytes) ?? [bytes]) {
      verifier.update(content);
      yield content;
    }
  }
  if (decoder !== undefined) {
    verifier.trailers(decoder.end());
  }
  verifier.verify();
}

/** The hot path: none of the headers that this module is about. */
function isPlain(headers: RequestHeaders): boolean {
  for (const name of TELLING_HEADERS) {
    if (headers[name] !== undefined) {
      return false;
    }
  }
  return !isChunked(headers);
}

function isChunked(headers: RequestHeaders): boolean {
  return (
    headers["x-amz-content-sha256"]?.startsWith("STREAMING-") === true ||
    /\baws-chunked\b/.test(headers["content-encoding"] ?? "")
  );
}

function isZipped(headers: RequestHeaders): boolean {
  return (
    /(^|,)\s*gzip\s*$/.test(headers["content-encoding"] ?? "") &&
    PROTOCOL_TYPES.test(headers["content-type"] ?? "")
  );
}

function unzipped(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: UNZIPPED_SIZE_MAX });
  } catch (error) {
    const isLarge = error instanceof RangeError;
    throw new AwsError({
      code: isLarge ? "RequestEntityTooLargeException" : "SerializationException",
      message: isLarge
        ? `The request body must be smaller than ${UNZIPPED_SIZE_MAX} bytes.`
        : "The request body is not valid gzip.",
      status: isLarge ? 413 : 400,
    });
  }
}

interface Verifier {
  update(content: Uint8Array): void;
  trailers(trailers: ReadonlyMap<string, string>): void;
  verify(): void;
}

/** Computes what a header or an announced trailer asks for, and the length of the content. */
function createVerifier(headers: RequestHeaders): Verifier {
  const expected = new Map<ChecksumAlgorithm, string | undefined>();
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const name = CHECKSUM_HEADER + algorithm;
    const value = headers[name];
    if (value !== undefined && !isOfObject(headers, value)) {
      expected.set(algorithm, wellFormed(algorithm, value));
    } else if (announced(headers, name)) {
      expected.set(algorithm, undefined);
    }
  }
  const md5 = headers["content-md5"];
  if (md5 !== undefined) {
    expected.set("md5", wellFormed("md5", md5));
  }
  const running = new Map<ChecksumAlgorithm, Checksum>();
  for (const algorithm of expected.keys()) {
    running.set(algorithm, createChecksum(algorithm));
  }
  const declared = declaredLength(headers);
  let sizeBytes = 0;
  return {
    update(content) {
      sizeBytes += content.length;
      for (const checksum of running.values()) {
        checksum.update(content);
      }
    },
    trailers(trailers) {
      for (const algorithm of expected.keys()) {
        const value = trailers.get(CHECKSUM_HEADER + algorithm);
        if (value !== undefined) {
          expected.set(algorithm, wellFormed(algorithm, value));
        }
      }
    },
    verify() {
      if (declared !== undefined && declared !== sizeBytes) {
        throw incompleteBody();
      }
      for (const [algorithm, checksum] of running) {
        const given = expected.get(algorithm);
        if (given === undefined) {
          throw missingTrailer(algorithm);
        }
        const computed = checksum.digest();
        if (given !== computed) {
          throw badDigest(algorithm, { given, computed });
        }
      }
    },
  };
}

/**
 * A streamed body says how long it is without its chunks.
 * Source: the answer quoted in https://github.com/versity/versitygw/issues/1656
 */
function declaredLength(headers: RequestHeaders): number | undefined {
  const declared = headers["x-amz-decoded-content-length"];
  const isStreamed = headers["x-amz-content-sha256"]?.startsWith("STREAMING-") === true;
  if (declared === undefined && !isStreamed) {
    return undefined;
  }
  if (declared === undefined || !/^\d{1,15}$/.test(declared)) {
    throw new AwsError({
      code: "MissingContentLength",
      message: "You must provide the Content-Length HTTP header.",
      status: 411,
    });
  }
  return Number(declared);
}

function announced(headers: RequestHeaders, name: string): boolean {
  const trailer = headers["x-amz-trailer"];
  return trailer?.split(",").some((part) => part.trim().toLowerCase() === name) ?? false;
}

/**
 * The checksum of the object that CompleteMultipartUpload makes, not of the body that asks for it:
 * it comes with its type, or ends in the number of parts.
 */
function isOfObject(headers: RequestHeaders, value: string): boolean {
  return headers["x-amz-checksum-type"] !== undefined || /-\d+$/.test(value);
}

function wellFormed(algorithm: ChecksumAlgorithm, value: string): string {
  const size = Buffer.from(value, "base64").length;
  if (size !== CHECKSUM_SIZES[algorithm]) {
    throw algorithm === "md5"
      ? new AwsError({
          code: "InvalidDigest",
          message: "The Content-MD5 you specified was invalid.",
          members: { "Content-MD5": value },
        })
      : new AwsError({
          code: "InvalidRequest",
          message: `Value for ${CHECKSUM_HEADER}${algorithm} header is invalid.`,
        });
  }
  return value;
}

interface Mismatch {
  readonly given: string;
  readonly computed: string;
}

function badDigest(algorithm: ChecksumAlgorithm, mismatch: Mismatch): AwsError {
  const name = algorithm.toUpperCase();
  return algorithm === "md5"
    ? badMd5(mismatch)
    : new AwsError({
        code: "BadDigest",
        message: `The ${name} you specified did not match the calculated checksum.`,
      });
}

/**
 * Both are base64; S3 tells the one that was given in hexadecimal.
 * Source: the answer quoted in https://github.com/versity/versitygw/issues/2034
 */
export function badMd5({ given, computed }: Mismatch): AwsError {
  return new AwsError({
    code: "BadDigest",
    message: "The Content-MD5 you specified did not match what we received.",
    members: {
      ExpectedDigest: Buffer.from(given, "base64").toString("hex"),
      CalculatedDigest: computed,
    },
  });
}

function missingTrailer(algorithm: ChecksumAlgorithm): AwsError {
  return new AwsError({
    code: "MalformedTrailerError",
    message: `The request announces the trailer ${CHECKSUM_HEADER}${algorithm} and does not have it.`,
  });
}
