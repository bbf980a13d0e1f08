/** Waits for the person, or the system, to end the command. */
import { constants } from "node:os";
import { afterDelay } from "../platform/ticker.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** npm passes on the signal the terminal has sent already: within this time it is one and the same. */
const SAME_SIGNAL_MS = 500;

/** Resolves at the first signal. A second one ends the process at once. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isArmed = false;
    const listener = (signal: NodeJS.Signals): void => {
      if (isArmed) {
        process.exit(128 + constants.signals[signal]);
      }
      afterDelay(SAME_SIGNAL_MS, () => {
        isArmed = true;
      });
      resolve(signal);
    };
    for (const signal of SIGNALS) {
      process.on(signal, listener);
    }
  });
}
