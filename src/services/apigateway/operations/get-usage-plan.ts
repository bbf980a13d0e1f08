import type { ApiOperation } from "../ports.ts";
import { requireUsagePlan } from "../usage/usage-plan.ts";

export const getUsagePlan: ApiOperation<"GetUsagePlan"> = async (ctx, { usagePlanId }) =>
  ctx.store.read((tx) => {
    const plan = requireUsagePlan(tx, ctx, usagePlanId);
    return { ...plan, apiStages: plan.apiStages ?? [] };
  });
