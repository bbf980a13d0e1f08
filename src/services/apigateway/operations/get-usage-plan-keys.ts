import { filteredPage } from "../../pages.ts";
import { usagePlanKeys } from "../keys.ts";
import { type ApiOperation, pageRequest } from "../ports.ts";
import { requireApiKey } from "../usage/api-key.ts";
import { requireUsagePlan } from "../usage/usage-plan.ts";

export const getUsagePlanKeys: ApiOperation<"GetUsagePlanKeys"> = async (ctx, input) => {
  const { usagePlanId, nameQuery = "" } = input;
  const request = pageRequest(input);
  return ctx.store.read((tx) => {
    requireUsagePlan(tx, ctx, usagePlanId);
    const prefix = [ctx.accountId, ctx.region, usagePlanId];
    const source = { records: usagePlanKeys, prefix, isWanted: () => true };
    const page = filteredPage(tx, source, request);
    const items = page.items
      .map(({ name: id }) => ({ id, name: requireApiKey(tx, ctx, id).settings.name }))
      .filter(({ name }) => (name ?? "").startsWith(nameQuery))
      .map(({ id, name }) => ({ id, type: "API_KEY", name }));
    return { items, position: page.token };
  });
};
