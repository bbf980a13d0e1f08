import { busIdOf } from "../bus.ts";
import type { EventsOperation } from "../ports.ts";
import { putRuleRecord, refuseManaged, requireRule } from "../rule.ts";

/** An id without a target is no failure. */
export const removeTargets: EventsOperation<"RemoveTargets"> = async (ctx, input) => {
  const bus = busIdOf(ctx, input.EventBusName);
  await ctx.store.write((tx) => {
    const rule = requireRule(tx, bus, input.Rule);
    refuseManaged(rule, { force: input.Force === true });
    const targets = rule.targets.filter((target) => !input.Ids.includes(target.Id));
    if (targets.length < rule.targets.length) {
      putRuleRecord(tx, bus, { ...rule, targets });
    }
  });
  return { FailedEntryCount: 0, FailedEntries: [] };
};
