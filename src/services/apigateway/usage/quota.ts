/**
 * Quotas of usage plans: how many requests of a key are counted into the present period.
 *
 * A day's requests are a row, so a period's are a sum of at most 31; days are those of UTC.
 * Source: https://docs.aws.amazon.com/apigateway/latest/api/API_QuotaSettings.html
 */
import type { ReadTx, WriteTx } from "../../../store/store.ts";
import type { QuotaSettings } from "../../../wire/models/apigateway.gen.ts";
import { extensions, usage } from "../keys.ts";

const DAY_MS = 86_400_000;

/** `2026-11-21` */
export function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

export function daysBetween(first: string, last: string): readonly string[] {
  const days: string[] = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += DAY_MS) {
    days.push(dayOf(at));
  }
  return days;
}

/** The first day of the period that a time is in. */
export function periodStart({ period, offset = 0 }: QuotaSettings, nowMs: number): string {
  const shifted = new Date(nowMs - offset * DAY_MS);
  const firstMs =
    period === "MONTH"
      ? Date.UTC(shifted.getUTCFullYear(), shifted.getUTCMonth(), 1)
      : period === "WEEK"
        ? shifted.getTime() - shifted.getUTCDay() * DAY_MS
        : shifted.getTime();
  return dayOf(firstMs + offset * DAY_MS);
}

interface KeyOfPlan {
  readonly planId: string;
  readonly keyId: string;
}

export function usedSince(tx: ReadTx, { planId, keyId }: KeyOfPlan, firstDay: string): number {
  let used = 0;
  const prefix = [planId, keyId];
  for (const { record } of usage.list(tx, { prefix, from: [...prefix, firstDay] })) {
    used += record.used;
  }
  return used;
}

/** What is left of a quota; `UpdateUsage` may have granted another rest for this period. */
export function remainingOf(
  tx: ReadTx,
  key: KeyOfPlan,
  quota: QuotaSettings,
  nowMs: number,
): number {
  const period = periodStart(quota, nowMs);
  const extension = extensions.get(tx, [key.planId, key.keyId]);
  const limit =
    extension?.period === period ? extension.remaining : (quota.limit ?? Number.MAX_SAFE_INTEGER);
  return Math.max(0, limit - usedSince(tx, key, period));
}

/** Counts a request, or says that the quota is used up. */
export function countRequest(
  tx: WriteTx,
  key: KeyOfPlan,
  quota: QuotaSettings | undefined,
): "counted" | "exceeded" {
  if (quota !== undefined && remainingOf(tx, key, quota, tx.nowMs) === 0) {
    return "exceeded";
  }
  const id = [key.planId, key.keyId, dayOf(tx.nowMs)];
  usage.put(tx, id, { used: (usage.get(tx, id)?.used ?? 0) + 1 });
  return "counted";
}
