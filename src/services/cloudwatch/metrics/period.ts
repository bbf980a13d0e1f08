/** Periods, and where the first of a time range begins. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../limits.ts";

const SHORT_PERIODS: readonly number[] = [1, 5, 10, 20, 30];
const MINUTE_S = 60;
const FIVE_MINUTES_MS = 5 * MINUTE_MS;

/** In seconds. */
export function isPeriod(period: number): boolean {
  return SHORT_PERIODS.includes(period) || (period > 0 && period % MINUTE_S === 0);
}

/**
 * Start times are rounded down: to the minute, of what is older than 15 days to five minutes, of
 * what is older than 63 days to the hour; with a period below a minute to that period.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
 */
export function roundedStart(startMs: number, period: number, nowMs: number): number {
  const stepMs = period < MINUTE_S ? period * SECOND_MS : stepOfAge(nowMs - startMs);
  return Math.floor(startMs / stepMs) * stepMs;
}

function stepOfAge(ageMs: number): number {
  if (ageMs > 63 * DAY_MS) {
    return HOUR_MS;
  }
  return ageMs > 15 * DAY_MS ? FIVE_MINUTES_MS : MINUTE_MS;
}
