/**
 * Stamps: 16 characters, base 32, that sort in the order they were given out.
 *
 * Time in ms, a count inside that ms, and two digits of chance that tell apart two engines (or one
 * engine before and after a restart) that write in the same ms.
 */
import type { Random } from "../platform/random.ts";

const TIME_DIGITS = 10;
const COUNT_DIGITS = 4;
const COUNT_MAX = 32 ** COUNT_DIGITS - 1;

export interface Stamps {
  next(nowMs: number): string;
  /** The time in the last stamp given out: ahead of the clock when the clock went back. */
  lastMs(): number;
}

/** Its stamps sort behind all that carry `afterMs` or less. */
export function createStamps(random: Random, afterMs = -1): Stamps {
  const node = Math.floor(random.next() * 32 ** 2)
    .toString(32)
    .padStart(2, "0");
  let lastMs = afterMs;
  let count = COUNT_MAX;
  return {
    lastMs: () => lastMs,
    next(nowMs) {
      if (nowMs > lastMs) {
        lastMs = nowMs;
        count = 0;
      } else {
        count += 1;
      }
      if (count > COUNT_MAX) {
        lastMs += 1;
        count = 0;
      }
      const time = lastMs.toString(32).padStart(TIME_DIGITS, "0");
      return time + count.toString(32).padStart(COUNT_DIGITS, "0") + node;
    },
  };
}

/** Ordered ids of writes before `ms` sort in front of it, all others behind. */
export function orderedIdFrom(ms: number): string {
  return Math.max(0, Math.floor(ms)).toString(32).padStart(TIME_DIGITS, "0");
}
