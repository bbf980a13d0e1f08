/**
 * The checksum of bytes that came in parts, from the checksums of the parts: a CRC is the remainder
 * of a polynomial, so bytes behind others multiply theirs by a power of x.
 *
 * Sources: https://github.com/madler/zlib/blob/develop/crc32.c (crc32_combine)
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */

/** Their polynomials, reflected, and how many bits each has. */
const POLYNOMIALS = {
  CRC32: { bits: 32n, polynomial: 0xedb88320n },
  CRC32C: { bits: 32n, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
} as const;

export type CombinableName = keyof typeof POLYNOMIALS;

export interface SizedChecksum {
  /** Base64, as AWS writes it. */
  readonly value: string;
  readonly sizeBytes: number;
}

interface Field {
  readonly bits: bigint;
  readonly polynomial: bigint;
}

export function isCombinable(name: string): name is CombinableName {
  return Object.hasOwn(POLYNOMIALS, name);
}

/** Of at least one part; base64. */
export function combinedChecksum(name: CombinableName, parts: readonly SizedChecksum[]): string {
  const field = POLYNOMIALS[name];
  // Parts are as long as each other, but for the last.
  const shifts = new Map<number, bigint>();
  let crc = 0n;
  for (const { value, sizeBytes } of parts) {
    const shift = shifts.get(sizeBytes) ?? powerOfX(field, sizeBytes * 8);
    shifts.set(sizeBytes, shift);
    crc = product(field, shift, crc) ^ remainderOf(value);
  }
  const digits = crc.toString(16).padStart(Number(field.bits) / 4, "0");
  return Buffer.from(digits, "hex").toString("base64");
}

function remainderOf(base64: string): bigint {
  return BigInt(`0x${Buffer.from(base64, "base64").toString("hex")}`);
}

/** The coefficient of x to the power of 0 is the highest bit. */
function one({ bits }: Field): bigint {
  return 1n << (bits - 1n);
}

/** x to a power, modulo the polynomial. */
function powerOfX(field: Field, exponent: number): bigint {
  let power = one(field);
  let square = one(field) >> 1n;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      power = product(field, square, power);
    }
    square = product(field, square, square);
  }
  return power;
}

function product(field: Field, a: bigint, b: bigint): bigint {
  let [sum, factor] = [0n, b];
  for (let bit = one(field); bit > 0n; bit >>= 1n) {
    if ((a & bit) !== 0n) {
      sum ^= factor;
    }
    factor = (factor & 1n) === 1n ? (factor >> 1n) ^ field.polynomial : factor >> 1n;
  }
  return sum;
}
