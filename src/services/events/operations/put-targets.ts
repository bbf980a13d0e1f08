import { busIdOf } from "../bus.ts";
import { limitExceeded } from "../errors.ts";
import { TARGETS_PER_RULE_MAX } from "../limits.ts";
import type { EventsOperation } from "../ports.ts";
import { putRuleRecord, refuseManaged, requireRule } from "../rule.ts";
import { checkTarget } from "../target.ts";

/** A target with the id of one that is there takes its place. */
export const putTargets: EventsOperation<"PutTargets"> = async (ctx, input) => {
  const bus = busIdOf(ctx, input.EventBusName);
  for (const target of input.Targets) {
    checkTarget(ctx.sinks, target);
  }
  await ctx.store.write((tx) => {
    const rule = requireRule(tx, bus, input.Rule);
    refuseManaged(rule);
    const byId = new Map(rule.targets.map((target) => [target.Id, target]));
    for (const target of input.Targets) {
      byId.set(target.Id, target);
    }
    if (byId.size > TARGETS_PER_RULE_MAX) {
      throw limitExceeded();
    }
    putRuleRecord(tx, bus, { ...rule, targets: [...byId.values()] });
  });
  return { FailedEntryCount: 0, FailedEntries: [] };
};
