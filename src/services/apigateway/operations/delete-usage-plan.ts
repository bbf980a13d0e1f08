import { badRequest } from "../errors.ts";
import { extensions, usage, usagePlanKeys, usagePlans, usagePlansByKey } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { requireUsagePlan } from "../usage/usage-plan.ts";

export const deleteUsagePlan: ApiOperation<"DeleteUsagePlan"> = async (ctx, { usagePlanId }) => {
  await ctx.store.write((tx) => {
    const plan = requireUsagePlan(tx, ctx, usagePlanId);
    if ((plan.apiStages ?? []).length > 0) {
      throw badRequest(
        `Cannot delete usage plan ${usagePlanId} as it is associated with API stages. Please remove the associations first.`,
      );
    }
    const owner = [ctx.accountId, ctx.region];
    for (const { id } of [...usagePlanKeys.list(tx, { prefix: [...owner, usagePlanId] })]) {
      usagePlanKeys.delete(tx, id);
      usagePlansByKey.delete(tx, [...owner, String(id.at(-1)), usagePlanId]);
    }
    usage.clear(tx, { prefix: [usagePlanId] });
    extensions.clear(tx, { prefix: [usagePlanId] });
    usagePlans.delete(tx, [...owner, usagePlanId]);
  });
};
