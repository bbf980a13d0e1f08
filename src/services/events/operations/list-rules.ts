import { pageOf } from "../../pages.ts";
import { busIdOf, requireBus } from "../bus.ts";
import { describedRule } from "../described.ts";
import { busKey, rules } from "../keys.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { EventsOperation } from "../ports.ts";

export const listRules: EventsOperation<"ListRules"> = async (ctx, input) => {
  const bus = busIdOf(ctx, input.EventBusName);
  return ctx.store.read((tx) => {
    requireBus(tx, bus);
    const page = pageOf(
      tx,
      { records: rules, prefix: busKey(bus), namePrefix: input.NamePrefix },
      { token: input.NextToken, limit: input.Limit ?? PAGE_SIZE_DEFAULT },
    );
    return {
      Rules: page.items.map(({ record }) => describedRule(bus, record)),
      NextToken: page.token,
    };
  });
};
