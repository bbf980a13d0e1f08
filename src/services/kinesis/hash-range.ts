/**
 * Hash keys: 128 bits, as 32 hexadecimal digits inside, so that they sort as texts, and in decimal on
 * the wire.
 * Source: https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#partition-key
 */
import { hash } from "node:crypto";

const HEX_DIGITS = 32;
export const HASH_KEYS: bigint = 2n ** 128n;

export interface HashRange {
  readonly start: string;
  /** Inclusive. */
  readonly end: string;
}

export function hashOf(partitionKey: string): string {
  return hash("md5", partitionKey, "hex");
}

export function toHex(key: bigint): string {
  return key.toString(16).padStart(HEX_DIGITS, "0");
}

export function fromHex(hex: string): bigint {
  return BigInt(`0x${hex}`);
}

export function toDecimal(hex: string): string {
  return fromHex(hex).toString();
}

/** Ranges of the same size, the last one with the rest. */
export function uniformRanges(count: number): readonly HashRange[] {
  const size = HASH_KEYS / BigInt(count);
  return Array.from({ length: count }, (_, index) => {
    const start = size * BigInt(index);
    const end = index === count - 1 ? HASH_KEYS : start + size;
    return { start: toHex(start), end: toHex(end - 1n) };
  });
}
