import type { CloudWatchContext } from "../ports.ts";
import { findAlarm, putAlarm } from "./alarm.ts";
import { noteConfiguration } from "./configure.ts";

/** Alarms that are not there are passed over, as on AWS. */
export function setActionsEnabled(
  ctx: CloudWatchContext,
  names: readonly string[],
  { actionsEnabled }: { readonly actionsEnabled: boolean },
): Promise<void> {
  return ctx.store.write((tx) => {
    for (const name of names) {
      const present = findAlarm(tx, ctx, name);
      if (present !== undefined && present.actionsEnabled !== actionsEnabled) {
        const alarm = { ...present, actionsEnabled, configuredMs: tx.nowMs };
        putAlarm(tx, ctx, alarm);
        noteConfiguration(tx, ctx.sinks, ctx, { alarm, operation: "update" });
      }
    }
  });
}
