import { busIdOf } from "../bus.ts";
import { describedRule } from "../described.ts";
import type { EventsOperation } from "../ports.ts";
import { requireRule } from "../rule.ts";

export const describeRule: EventsOperation<"DescribeRule"> = async (ctx, input) => {
  const bus = busIdOf(ctx, input.EventBusName);
  const rule = await ctx.store.read((tx) => requireRule(tx, bus, input.Name));
  return { ...describedRule(bus, rule), CreatedBy: rule.createdBy };
};
