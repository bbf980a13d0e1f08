import { pageOf } from "../../pages.ts";
import { busIdOf, isAscii, requireBus } from "../bus.ts";
import { busKey, rulesByTarget } from "../keys.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { EventsOperation } from "../ports.ts";

export const listRuleNamesByTarget: EventsOperation<"ListRuleNamesByTarget"> = async (
  ctx,
  input,
) => {
  const bus = busIdOf(ctx, input.EventBusName);
  return ctx.store.read((tx) => {
    requireBus(tx, bus);
    if (!isAscii(input.TargetArn)) {
      return { RuleNames: [] };
    }
    const prefix = [...busKey(bus), input.TargetArn];
    const page = pageOf(
      tx,
      { records: rulesByTarget, prefix },
      { token: input.NextToken, limit: input.Limit ?? PAGE_SIZE_DEFAULT },
    );
    return { RuleNames: page.items.map(({ name }) => name), NextToken: page.token };
  });
};
