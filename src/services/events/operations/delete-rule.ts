import { busIdOf, requireBus } from "../bus.ts";
import { validationException } from "../errors.ts";
import type { EventsOperation } from "../ports.ts";
import { deleteRuleRecord, findRule, refuseManaged } from "../rule.ts";
import { disarm } from "../schedule-timer.ts";

/** A rule that is not there is no error. `Force` is for managed rules. */
export const deleteRule: EventsOperation<"DeleteRule"> = async (ctx, input) => {
  const bus = busIdOf(ctx, input.EventBusName);
  await ctx.store.write((tx) => {
    requireBus(tx, bus);
    const rule = findRule(tx, bus, input.Name);
    if (rule === undefined) {
      return;
    }
    refuseManaged(rule, { force: input.Force === true });
    if (rule.targets.length > 0) {
      throw validationException("Rule can't be deleted since it has targets.");
    }
    disarm(tx, bus, rule);
    deleteRuleRecord(tx, bus, rule);
  });
};
