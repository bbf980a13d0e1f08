import { pageOf } from "../../pages.ts";
import { DEFAULT_BUS, requireBus } from "../bus.ts";
import { describedBus } from "../described.ts";
import { buses, busKey } from "../keys.ts";
import { PAGE_SIZE_DEFAULT } from "../limits.ts";
import type { EventsOperation } from "../ports.ts";

export const listEventBuses: EventsOperation<"ListEventBuses"> = async (ctx, input) => {
  const { accountId, region } = ctx;
  const namePrefix = input.NamePrefix ?? "";
  return ctx.store.read((tx) => {
    const page = pageOf(
      tx,
      { records: buses, prefix: [accountId, region], namePrefix },
      { token: input.NextToken, limit: input.Limit ?? PAGE_SIZE_DEFAULT },
    );
    const described = page.items.map(({ name, record }) =>
      describedBus({ accountId, region, name }, record),
    );
    const id = { accountId, region, name: DEFAULT_BUS };
    const untouched =
      input.NextToken === undefined &&
      DEFAULT_BUS.startsWith(namePrefix) &&
      buses.get(tx, busKey(id)) === undefined;
    return {
      EventBuses: untouched ? [describedBus(id, requireBus(tx, id)), ...described] : described,
      NextToken: page.token,
    };
  });
};
