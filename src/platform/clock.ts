/**
 * The clock port: the only source of time.
 *
 * Invariants: `nowMs` never goes backwards; `sleepUntil` resolves once `nowMs() >= dueMs`, and
 * rejects never: an aborted sleep resolves early, so a caller checks the signal it passed.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, whole. */
  nowMs(): number;
  sleepUntil(dueMs: number, abort?: AbortSignal): Promise<void>;
}

/** setTimeout takes at most 2^31 - 1 ms; longer sleeps go in several. */
const TIMEOUT_MS_MAX = 2_147_483_647;

export function createSystemClock(): Clock {
  let lastMs = 0;
  const nowMs = (): number => {
    lastMs = Math.max(lastMs, Date.now());
    return lastMs;
  };
  return {
    nowMs,
    async sleepUntil(dueMs, abort) {
      while (nowMs() < dueMs && !abort?.aborted) {
        await timeout(Math.min(dueMs - nowMs(), TIMEOUT_MS_MAX), abort);
      }
    },
  };
}

function timeout(delayMs: number, abort: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      abort?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    abort?.addEventListener("abort", done, { once: true });
  });
}
