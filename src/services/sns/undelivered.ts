import type { Log } from "../../platform/log.ts";
import type { Undelivered } from "./hand-over.ts";

/** Tells the operator of messages that neither a subscription nor a dead-letter queue took. */
export function reportUndelivered(log: Log, undelivered: readonly Undelivered[]): void {
  for (const failure of undelivered) {
    log.write("warn", "sns: a message was not delivered", { ...failure });
  }
}
