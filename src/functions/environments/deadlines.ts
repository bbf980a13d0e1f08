/**
 * Many deadlines on one clock, with one sleep at a time: setting and dropping one costs a set
 * operation, since nearly all are dropped before they come due.
 */
import type { Clock } from "../../platform/clock.ts";

export interface Deadline {
  readonly dueMs: number;
  readonly expire: () => void;
}

export interface Deadlines {
  /** Calls `expire` once `durationMs` have passed, unless dropped before. */
  set(durationMs: number, expire: () => void): Deadline;
  drop(deadline: Deadline): void;
  close(): void;
}

export function createDeadlines(clock: Clock): Deadlines {
  const open = new Set<Deadline>();
  let sleep: { readonly dueMs: number; readonly abort: AbortController } | undefined;

  const expireDue = (): void => {
    const nowMs = clock.nowMs();
    for (const deadline of open) {
      if (deadline.dueMs <= nowMs) {
        open.delete(deadline);
        deadline.expire();
      }
    }
  };

  /** Ends when nothing is open any more, or when an earlier deadline makes a shorter sleep. */
  const watch = async (): Promise<void> => {
    for (let dueMs = earliest(open); dueMs !== undefined; dueMs = earliest(open)) {
      const abort = new AbortController();
      sleep = { dueMs, abort };
      await clock.sleepUntil(dueMs, abort.signal);
      if (abort.signal.aborted) {
        return;
      }
      expireDue();
    }
    sleep = undefined;
  };

  return {
    set(durationMs, expire) {
      const deadline = { dueMs: clock.nowMs() + durationMs, expire };
      open.add(deadline);
      if (sleep === undefined || deadline.dueMs < sleep.dueMs) {
        sleep?.abort.abort();
        void watch();
      }
      return deadline;
    },
    drop: (deadline) => {
      open.delete(deadline);
    },
    close() {
      open.clear();
      sleep?.abort.abort();
    },
  };
}

function earliest(deadlines: Iterable<Deadline>): number | undefined {
  let dueMs: number | undefined;
  for (const deadline of deadlines) {
    dueMs = dueMs === undefined ? deadline.dueMs : Math.min(dueMs, deadline.dueMs);
  }
  return dueMs;
}
