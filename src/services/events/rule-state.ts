import type { RequestContext } from "../service.ts";
import { busIdOf } from "./bus.ts";
import type { EventsPorts } from "./ports.ts";
import { putRuleRecord, refuseManaged, requireRule } from "./rule.ts";
import { rearmed } from "./schedule-timer.ts";

/** Switches a rule on or off; a rate starts anew when it is switched on. */
export async function setRuleState(
  ctx: RequestContext & EventsPorts,
  input: { readonly Name: string; readonly EventBusName?: string | undefined },
  state: "ENABLED" | "DISABLED",
): Promise<void> {
  const bus = busIdOf(ctx, input.EventBusName);
  await ctx.store.write((tx) => {
    const before = requireRule(tx, bus, input.Name);
    refuseManaged(before);
    const schedule = before.schedule && {
      expression: before.schedule.expression,
      startMs: tx.nowMs,
    };
    putRuleRecord(tx, bus, rearmed(tx, bus, { ...before, schedule, state }, before));
  });
}
