import { badRequest, conflict } from "../errors.ts";
import { usagePlanKeys, usagePlansByKey } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApiKey } from "../usage/api-key.ts";
import { requireUsagePlan } from "../usage/usage-plan.ts";

export const createUsagePlanKey: ApiOperation<"CreateUsagePlanKey"> = async (ctx, input) => {
  const { usagePlanId, keyId, keyType } = input;
  if (keyType !== "API_KEY") {
    throw badRequest(`Invalid key type specified: ${keyType}`);
  }
  return ctx.store.write((tx) => {
    requireUsagePlan(tx, ctx, usagePlanId);
    const { settings } = requireApiKey(tx, ctx, keyId);
    const owner = [ctx.accountId, ctx.region];
    if (usagePlanKeys.get(tx, [...owner, usagePlanId, keyId]) !== undefined) {
      throw conflict(`Usage Plan ${usagePlanId} is already associated with API Key ${keyId}`);
    }
    usagePlanKeys.put(tx, [...owner, usagePlanId, keyId], true);
    usagePlansByKey.put(tx, [...owner, keyId, usagePlanId], true);
    return { id: keyId, type: keyType, value: settings.value, name: settings.name };
  });
};
