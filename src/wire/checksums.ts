/**
 * The checksums that clients send with S3 objects.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

export type ChecksumAlgorithm = "crc32" | "crc32c" | "crc64nvme" | "sha1" | "sha256" | "md5";

export interface Checksum {
  update(bytes: Uint8Array): void;
  /** Base64 of the big-endian value. */
  digest(): string;
}

export const CHECKSUM_ALGORITHMS = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"] as const;

/** How many bytes each has. */
export const CHECKSUM_SIZES: Readonly<Record<ChecksumAlgorithm, number>> = {
  crc32: 4,
  crc32c: 4,
  crc64nvme: 8,
  sha1: 20,
  sha256: 32,
  md5: 16,
};

export function createChecksum(algorithm: ChecksumAlgorithm): Checksum {
  switch (algorithm) {
    case "crc32":
      return crcOfWord((bytes, crc) => crc32(bytes, crc));
    case "crc32c":
      return crcOfWord(crc32c);
    case "crc64nvme":
      return crc64Nvme();
    default: {
      const hash = createHash(algorithm);
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("base64") };
    }
  }
}

function crcOfWord(step: (bytes: Uint8Array, crc: number) => number): Checksum {
  let crc = 0;
  return {
    update(bytes) {
      crc = step(bytes, crc);
    },
    digest() {
      const word = Buffer.alloc(4);
      word.writeUInt32BE(crc >>> 0);
      return word.toString("base64");
    },
  };
}

/**
 * Tables for eight bytes at a time ("slicing by 8"), four times as fast as one byte at a time:
 * table k, at k times 256, tells what a byte comes to that k others follow.
 * Source: https://create.stephan-brumme.com/crc32/#slicing-by-8-overview
 */
const SLICES = 8;
const BYTES = 256;

function entry(tables: Uint32Array, slice: number, value: number): number {
  return tables[(slice << 8) | (value & 0xff)] as number;
}

/** Little-endian. */
function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** What the first four of eight bytes, and what the others come to. */
function sliced(tables: Uint32Array, first: number, second: number): number {
  return (
    entry(tables, 7, first) ^
    entry(tables, 6, first >>> 8) ^
    entry(tables, 5, first >>> 16) ^
    entry(tables, 4, first >>> 24) ^
    entry(tables, 3, second) ^
    entry(tables, 2, second >>> 8) ^
    entry(tables, 1, second >>> 16) ^
    entry(tables, 0, second >>> 24)
  );
}

/** Castagnoli's polynomial, reflected. */
const CRC32C_POLYNOMIAL = 0x82f63b78;
let crc32cTables: Uint32Array | undefined;

function crc32c(bytes: Uint8Array, start: number): number {
  crc32cTables ??= crc32cTablesOf();
  const tables = crc32cTables;
  let crc = ~start;
  let at = 0;
  for (; at + SLICES <= bytes.length; at += SLICES) {
    crc = sliced(tables, crc ^ wordAt(bytes, at), wordAt(bytes, at + 4));
  }
  for (; at < bytes.length; at += 1) {
    crc = (crc >>> 8) ^ entry(tables, 0, crc ^ (bytes[at] as number));
  }
  return ~crc >>> 0;
}

function crc32cTablesOf(): Uint32Array {
  const tables = new Uint32Array(SLICES * BYTES);
  for (let index = 0; index < BYTES; index += 1) {
    let value = index;
    for (let bit = 0; bit < 8; bit += 1) {
      value = (value & 1) === 1 ? (value >>> 1) ^ CRC32C_POLYNOMIAL : value >>> 1;
    }
    tables[index] = value;
  }
  for (let index = BYTES; index < tables.length; index += 1) {
    const shorter = tables[index - BYTES] as number;
    tables[index] = (shorter >>> 8) ^ entry(tables, 0, shorter);
  }
  return tables;
}

/** The NVM Express polynomial, reflected, as two words: JavaScript has no fast 64-bit integers. */
const CRC64_HIGH = 0x9a6c9329;
const CRC64_LOW = 0xac4bc9b5;
let crc64Tables: { readonly high: Uint32Array; readonly low: Uint32Array } | undefined;

function crc64Nvme(): Checksum {
  crc64Tables ??= crc64TablesOf();
  const tables = crc64Tables;
  let high = 0xffffffff;
  let low = 0xffffffff;
  return {
    update(bytes) {
      let at = 0;
      for (; at + SLICES <= bytes.length; at += SLICES) {
        const first = low ^ wordAt(bytes, at);
        const second = high ^ wordAt(bytes, at + 4);
        low = sliced(tables.low, first, second);
        high = sliced(tables.high, first, second);
      }
      for (; at < bytes.length; at += 1) {
        const index = low ^ (bytes[at] as number);
        low = ((low >>> 8) | (high << 24)) ^ entry(tables.low, 0, index);
        high = (high >>> 8) ^ entry(tables.high, 0, index);
      }
    },
    digest() {
      const words = Buffer.alloc(8);
      words.writeUInt32BE(~high >>> 0, 0);
      words.writeUInt32BE(~low >>> 0, 4);
      return words.toString("base64");
    },
  };
}

function crc64TablesOf(): { readonly high: Uint32Array; readonly low: Uint32Array } {
  const high = new Uint32Array(SLICES * BYTES);
  const low = new Uint32Array(SLICES * BYTES);
  for (let index = 0; index < BYTES; index += 1) {
    let [upper, lower] = [0, index];
    for (let bit = 0; bit < 8; bit += 1) {
      const carries = (lower & 1) === 1;
      lower = (lower >>> 1) | (upper << 31);
      upper >>>= 1;
      if (carries) {
        lower ^= CRC64_LOW;
        upper ^= CRC64_HIGH;
      }
    }
    high[index] = upper;
    low[index] = lower;
  }
  for (let index = BYTES; index < low.length; index += 1) {
    const upper = high[index - BYTES] as number;
    const lower = low[index - BYTES] as number;
    low[index] = ((lower >>> 8) | (upper << 24)) ^ entry(low, 0, lower);
    high[index] = (upper >>> 8) ^ entry(high, 0, lower);
  }
  return { high, low };
}
