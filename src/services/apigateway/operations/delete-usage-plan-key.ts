import { notFound } from "../errors.ts";
import { isPartName } from "../ids.ts";
import { usagePlanKeys, usagePlansByKey } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { requireUsagePlan } from "../usage/usage-plan.ts";

export const deleteUsagePlanKey: ApiOperation<"DeleteUsagePlanKey"> = async (ctx, input) => {
  const { usagePlanId, keyId } = input;
  await ctx.store.write((tx) => {
    requireUsagePlan(tx, ctx, usagePlanId);
    const owner = [ctx.accountId, ctx.region];
    const id = [...owner, usagePlanId, keyId];
    if (!isPartName(keyId) || usagePlanKeys.get(tx, id) === undefined) {
      throw notFound("Invalid API Key identifier specified");
    }
    usagePlanKeys.delete(tx, id);
    usagePlansByKey.delete(tx, [...owner, keyId, usagePlanId]);
  });
};
