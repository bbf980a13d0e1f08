import type { Clock } from "./clock.ts";

/** A clock that stands still until it is told to move. */
export interface SimulatedClock extends Clock {
  /** Moves time forward, waking sleepers in the order of their due times. */
  advance(durationMs: number): Promise<void>;
  /** The earliest time somebody sleeps until, if anybody does. */
  nextDueMs(): number | undefined;
}

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** How often the microtask and immediate queues are drained after each step. */
const TURNS_PER_STEP = 20;

export function createSimulatedClock(
  options: { readonly startMs: number } = { startMs: Date.UTC(2026, 0, 1) },
): SimulatedClock {
  let currentMs = options.startMs;
  const sleepers = new Set<Sleeper>();

  const nextDueMs = (): number | undefined => {
    let next: number | undefined;
    for (const sleeper of sleepers) {
      next = next === undefined ? sleeper.dueMs : Math.min(next, sleeper.dueMs);
    }
    return next;
  };

  const wakeDue = (): void => {
    const due = [...sleepers].filter((sleeper) => sleeper.dueMs <= currentMs);
    for (const sleeper of due) {
      sleeper.wake();
    }
  };

  return {
    nowMs: () => currentMs,
    nextDueMs,
    sleepUntil(dueMs, abort) {
      if (dueMs <= currentMs || abort?.aborted) {
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const sleeper: Sleeper = {
          dueMs,
          wake: () => {
            sleepers.delete(sleeper);
            abort?.removeEventListener("abort", sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        abort?.addEventListener("abort", sleeper.wake, { once: true });
      });
    },
    async advance(durationMs) {
      const targetMs = currentMs + durationMs;
      await settleTurns();
      for (let dueMs = nextDueMs(); dueMs !== undefined && dueMs <= targetMs; dueMs = nextDueMs()) {
        currentMs = Math.max(currentMs, dueMs);
        wakeDue();
        await settleTurns();
      }
      currentMs = targetMs;
      await settleTurns();
    },
  };
}

/** Lets work that was woken run until it waits again. */
async function settleTurns(): Promise<void> {
  for (let turn = 0; turn < TURNS_PER_STEP; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
