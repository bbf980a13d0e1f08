import { usagePlans } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { checkUsagePlan, patchedUsagePlan, requireUsagePlan } from "../usage/usage-plan.ts";

export const updateUsagePlan: ApiOperation<"UpdateUsagePlan"> = async (ctx, input) => {
  const { usagePlanId, patchOperations } = input;
  return ctx.store.write((tx) => {
    const before = requireUsagePlan(tx, ctx, usagePlanId);
    const plan = patchedUsagePlan(before, patchOperations);
    checkUsagePlan(tx, ctx, plan);
    usagePlans.put(tx, [ctx.accountId, ctx.region, usagePlanId], plan);
    return plan;
  });
};
