/**
 * Numbers from a seed: the same seed gives the same numbers, as `States.MathRandom` and `$random(seed)` promise.
 *
 * AWS's are those of `java.util.Random`, bit for bit: https://github.com/floci-io/floci/issues/2662, whose algorithm is
 * part of its contract: https://docs.oracle.com/javase/8/docs/api/java/util/Random.html
 */
const MULTIPLIER = 0x5deece66dn;
const ADDEND = 0xbn;
const MASK = (1n << 48n) - 1n;

export class SeededRandom {
  #seed: bigint;

  constructor(seed: number) {
    this.#seed = (BigInt(Math.trunc(seed)) ^ MULTIPLIER) & MASK;
  }

  /** From 0 inclusive to 1 exclusive. */
  next(): number {
    return (this.#bits(26) * 2 ** 27 + this.#bits(27)) / 2 ** 53;
  }

  /** From 0 inclusive to `bound` exclusive. */
  nextInteger(bound: number): number {
    if ((bound & -bound) === bound) {
      return Math.floor((bound * this.#bits(31)) / 2 ** 31);
    }
    // Numbers behind the last multiple of `bound` would come up too often.
    for (;;) {
      const bits = this.#bits(31);
      const value = bits % bound;
      if (bits - value + (bound - 1) < 2 ** 31) {
        return value;
      }
    }
  }

  #bits(count: number): number {
    this.#seed = (this.#seed * MULTIPLIER + ADDEND) & MASK;
    return Number(this.#seed >> BigInt(48 - count));
  }
}
