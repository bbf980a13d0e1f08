import { notFound } from "../errors.ts";
import { isPartName } from "../ids.ts";
import { usagePlanKeys } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApiKey } from "../usage/api-key.ts";
import { requireUsagePlan } from "../usage/usage-plan.ts";

export const getUsagePlanKey: ApiOperation<"GetUsagePlanKey"> = async (ctx, input) => {
  const { usagePlanId, keyId } = input;
  return ctx.store.read((tx) => {
    requireUsagePlan(tx, ctx, usagePlanId);
    const id = [ctx.accountId, ctx.region, usagePlanId, keyId];
    if (!isPartName(keyId) || usagePlanKeys.get(tx, id) === undefined) {
      throw notFound("Invalid API Key identifier specified");
    }
    const { settings } = requireApiKey(tx, ctx, keyId);
    return { id: keyId, type: "API_KEY", name: settings.name };
  });
};
