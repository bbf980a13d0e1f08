import { badRequest } from "../errors.ts";
import { type UsagePlanRecord, usage, usagePlanKeys } from "../keys.ts";
import type { ApiOperation } from "../ports.ts";
import { daysBetween, remainingOf } from "../usage/quota.ts";
import { requireUsagePlan } from "../usage/usage-plan.ts";

const DAYS_MAX = 90;

/** A pair a day and key: what was used, and what of the quota was left after it. */
export const getUsage: ApiOperation<"GetUsage"> = async (ctx, input) => {
  const { usagePlanId, keyId, startDate, endDate } = input;
  const days = daysBetween(startDate, endDate);
  if (![startDate, endDate].every((day) => /^\d{4}-\d\d-\d\d$/.test(day)) || days.length === 0) {
    throw badRequest("Invalid date range specified");
  }
  if (days.length > DAYS_MAX) {
    throw badRequest(`Date range cannot be more than ${DAYS_MAX} days`);
  }
  return ctx.store.read((tx) => {
    const plan = requireUsagePlan(tx, ctx, usagePlanId);
    const prefix = [ctx.accountId, ctx.region, usagePlanId];
    const keys = [...usagePlanKeys.list(tx, { prefix })].map(({ id }) => String(id.at(-1)));
    const wanted = keys.filter((key) => keyId === undefined || key === keyId);
    const items = Object.fromEntries(
      wanted.map((key) => [
        key,
        days.map((day) => [usage.get(tx, [plan.id, key, day])?.used ?? 0, left(plan, key, day)]),
      ]),
    );
    function left({ id, quota }: UsagePlanRecord, key: string, day: string): number {
      const atMs = Math.min(Date.parse(`${day}T23:59:59.999Z`), ctx.nowMs);
      return quota === undefined ? 0 : remainingOf(tx, { planId: id, keyId: key }, quota, atMs);
    }
    return { usagePlanId, startDate, endDate, items };
  });
};
