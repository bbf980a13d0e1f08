import { badRequest } from "../errors.ts";
import { extensions } from "../keys.ts";
import { number } from "../patch.ts";
import type { ApiOperation } from "../ports.ts";
import { requireApiKey } from "../usage/api-key.ts";
import { dayOf, periodStart, usedSince } from "../usage/quota.ts";
import { requireUsagePlan } from "../usage/usage-plan.ts";

/** Grants a key another rest of its quota for the present period. */
export const updateUsage: ApiOperation<"UpdateUsage"> = async (ctx, input) => {
  const { usagePlanId, keyId, patchOperations = [] } = input;
  return ctx.store.write((tx) => {
    const { quota } = requireUsagePlan(tx, ctx, usagePlanId);
    requireApiKey(tx, ctx, keyId);
    if (quota === undefined) {
      throw badRequest("Usage Plan has no quota");
    }
    const period = periodStart(quota, tx.nowMs);
    const key = { planId: usagePlanId, keyId };
    const used = usedSince(tx, key, period);
    let remaining = (quota.limit ?? 0) - used;
    for (const { op, path = "", value = "" } of patchOperations) {
      if (op !== "replace" || path !== "/remaining") {
        throw badRequest(
          `Invalid patch path  '${path}' specified for op '${op}'. Must be one of: [/remaining]`,
        );
      }
      remaining = number(value, path) as number;
    }
    extensions.put(tx, [usagePlanId, keyId], { period, remaining: remaining + used });
    const today = dayOf(tx.nowMs);
    return {
      usagePlanId,
      startDate: today,
      endDate: today,
      items: { [keyId]: [[used, remaining]] },
    };
  });
};
