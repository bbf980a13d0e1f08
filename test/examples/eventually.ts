/** Waiting for what a running engine does in its own time: by looking, and not for ever. */
import { createSystemClock } from "../../src/platform/clock.ts";

const clock = createSystemClock();
const LOOK_EVERY_MS = 50;

export interface Patience {
  /** Ends the sentence `gave up waiting for`. */
  readonly what: string;
  readonly withinMs: number;
}

/** What `look` sees once it is not `undefined`; looks again when it throws, until time is up. */
export async function eventually<T>(
  patience: Patience,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const untilMs = clock.nowMs() + patience.withinMs;
  let cause: unknown;
  do {
    try {
      const seen = await look();
      if (seen !== undefined) {
        return seen;
      }
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await clock.sleepUntil(clock.nowMs() + LOOK_EVERY_MS);
  } while (clock.nowMs() < untilMs);
  const { what, withinMs } = patience;
  throw new Error(`gave up waiting for ${what} after ${withinMs} ms`, { cause });
}
