/**
 * Chance for one step of an execution: from the execution's seed and the step's number, so that a
 * step that is computed again draws the same.
 */
import type { Chance } from "../data/scope.ts";

const WARM_UP_ROUNDS = 12;
const UINT32 = 0x1_0000_0000;

/** `seed` is 32 hexadecimal digits. */
export function chanceOf(seed: string, step: number, nowMs: number): Chance {
  const word = (index: number): number => Number.parseInt(seed.slice(index * 8, index * 8 + 8), 16);
  let next: (() => number) | undefined;
  const draw = (): number => {
    next ??= sfc32([word(0), word(1), word(2), word(3) ^ step]);
    return next();
  };
  return { nowMs, random: () => draw() / UINT32, uuid: () => uuidOf(draw) };
}

function uuidOf(draw: () => number): string {
  const hex = Array.from({ length: 4 }, () => draw().toString(16).padStart(8, "0")).join("");
  const variant = "89ab".charAt(Number.parseInt(hex.charAt(16), 16) & 3);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join("-");
}

/** Source: https://pracrand.sourceforge.net/RNG_engines.txt (public domain). */
function sfc32(seed: readonly [number, number, number, number]): () => number {
  let [a, b, c, counter] = seed;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    next();
  }
  return next;
}
