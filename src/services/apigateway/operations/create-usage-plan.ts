import { given } from "../given.ts";
import { newId, PART_ID_LENGTH } from "../ids.ts";
import { usagePlans } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { checkUsagePlan } from "../usage/usage-plan.ts";

export const createUsagePlan: ApiOperation<"CreateUsagePlan"> = async (ctx, input) =>
  ctx.store.write((tx) => {
    checkUsagePlan(tx, ctx, input);
    const plan = { ...given(input), name: input.name, id: newId(tx, PART_ID_LENGTH) };
    usagePlans.put(tx, [ctx.accountId, ctx.region, plan.id], plan);
    return { ...plan, apiStages: plan.apiStages ?? [] };
  });
