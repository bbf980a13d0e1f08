import { busIdOf } from "../bus.ts";
import type { EventsOperation } from "../ports.ts";
import { requireRule } from "../rule.ts";

/** The token is the number of targets that the pages before held. */
export const listTargetsByRule: EventsOperation<"ListTargetsByRule"> = async (ctx, input) => {
  const bus = busIdOf(ctx, input.EventBusName);
  const { targets } = await ctx.store.read((tx) => requireRule(tx, bus, input.Rule));
  const start = Number(input.NextToken ?? 0) || 0;
  const end = start + (input.Limit ?? targets.length);
  return {
    Targets: targets.slice(start, end),
    NextToken: end < targets.length ? String(end) : undefined,
  };
};
