/** The random port: the only source of chance. */
import { randomBytes, randomUUID } from "node:crypto";

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** `count` uniform bytes. */
  bytes(count: number): Uint8Array;
  /** A version 4 UUID. */
  uuid(): string;
}

/** How many bytes are asked of the system at once: asking costs some microseconds. */
const POOL_SIZE = 4096;

export function createSystemRandom(): Random {
  let pool = Buffer.alloc(0);
  let used = 0;
  return {
    next: Math.random,
    bytes(count) {
      if (count > POOL_SIZE) {
        return randomBytes(count);
      }
      if (used + count > pool.length) {
        // A new one: what was given out stays as it is.
        pool = randomBytes(POOL_SIZE);
        used = 0;
      }
      used += count;
      return pool.subarray(used - count, used);
    },
    uuid: () => randomUUID(),
  };
}

/** Equal seeds give equal sequences (xoshiro128**, seeded by splitmix32). */
export function createSeededRandom(seed: number): Random {
  const nextUint32 = xoshiro128(seed);
  const bytes = (count: number): Uint8Array => {
    const out = Buffer.alloc(count);
    for (let at = 0; at < count; at += 1) {
      out[at] = nextUint32() >>> 24;
    }
    return out;
  };
  return {
    next: () => nextUint32() / 0x1_0000_0000,
    bytes,
    uuid: () => uuidOf(bytes(16)),
  };
}

/** Sets the version and variant bits of 16 random bytes (RFC 9562, section 5.4). */
function uuidOf(bytes: Uint8Array): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}

/** Source: https://prng.di.unimi.it/xoshiro128starstar.c (public domain). */
function xoshiro128(seed: number): () => number {
  const mix = splitmix32(seed);
  let [a, b, c, d] = [mix(), mix(), mix(), mix()];
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}
