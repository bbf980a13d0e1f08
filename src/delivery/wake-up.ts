/** Sleeping until a time, or until somebody calls: how a background loop waits without polling. */
import type { Clock } from "../platform/clock.ts";

export interface WakeUp {
  /** Ends the present sleep, or the next one when nobody sleeps. */
  wake(): void;
  /** Without a time only `wake` ends it. */
  sleep(untilMs?: number): Promise<void>;
}

export function createWakeUp(clock: Clock): WakeUp {
  let call = new AbortController();
  return {
    wake: () => call.abort(),
    async sleep(untilMs) {
      const { signal } = call;
      if (!signal.aborted) {
        await (untilMs === undefined ? aborted(signal) : clock.sleepUntil(untilMs, signal));
      }
      call = new AbortController();
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
