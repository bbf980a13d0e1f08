/**
 * How long data are kept, and how finely.
 *
 * | resolution | kept for | then summed up into |
 * |------------|----------|---------------------|
 * | 1 second   | 3 hours  | minutes             |
 * | 1 minute   | 15 days  | five minutes        |
 * | 5 minutes  | 63 days  | hours               |
 * | 1 hour     | 455 days | nothing             |
 *
 * One durable timer a metric, due when its oldest bucket is over its time, and at most once an hour.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
 */
import type { Key } from "../../../base/ordered-key.ts";
import type { Timer, WriteTx } from "../../../store/store.ts";
import { data, metrics } from "../keys.ts";
import { DAY_MS, HOUR_MS, SECOND_MS, SWEPT_PER_SLICE_MAX } from "../limits.ts";
import { type Bucket, merged } from "./bucket.ts";
import type { Metric } from "./metric.ts";

export const SWEEP_TIMER = "cloudwatch.sweep";

export interface Tier {
  /** In seconds. */
  readonly resolution: number;
  readonly keptMs: number;
}

export const SECONDS: Tier = { resolution: 1, keptMs: 3 * HOUR_MS };
export const MINUTES: Tier = { resolution: 60, keptMs: 15 * DAY_MS };

/** From the finest. */
export const TIERS: readonly Tier[] = [
  SECONDS,
  MINUTES,
  { resolution: 300, keptMs: 63 * DAY_MS },
  { resolution: 3_600, keptMs: 455 * DAY_MS },
];

/** Adds to what the metric has in that period. */
export function addToBucket(tx: WriteTx, key: Key, bucket: Bucket): void {
  const present = data.get(tx, key);
  data.put(tx, key, present === undefined ? bucket : merged(present, bucket));
}

/** The first moment of the period that `atMs` lies in. */
export function startOf(tier: Tier, atMs: number): number {
  const periodMs = tier.resolution * SECOND_MS;
  return Math.floor(atMs / periodMs) * periodMs;
}

export function armSweep(tx: WriteTx, metricKey: Key, dueMs: number): void {
  tx.after({ dueMs, kind: SWEEP_TIMER, key: metricKey });
}

export function disarmSweep(tx: WriteTx, metricKey: Key, dueMs: number): void {
  tx.cancel({ dueMs, kind: SWEEP_TIMER, key: metricKey });
}

export function sweep(tx: WriteTx, timer: Timer): void {
  const metric = metrics.get(tx, timer.key);
  if (metric?.sweepMs !== timer.dueMs) {
    return;
  }
  const isDone = moveExpired(tx, metric);
  const nextMs = nextExpiryMs(tx, metric);
  if (nextMs === undefined) {
    metrics.delete(tx, timer.key);
    return;
  }
  const sweepMs = isDone ? Math.max(nextMs, tx.nowMs + HOUR_MS) : tx.nowMs;
  metrics.put(tx, timer.key, { ...metric, sweepMs });
  armSweep(tx, timer.key, sweepMs);
}

/** Whether all that was over its time has been moved. */
function moveExpired(tx: WriteTx, metric: Metric): boolean {
  let room = SWEPT_PER_SLICE_MAX;
  TIERS.forEach((tier, index) => {
    const prefix = [metric.id, tier.resolution];
    const until = [...prefix, tx.nowMs - tier.keptMs];
    const expired = room > 0 ? [...data.list(tx, { prefix, until, limit: room })] : [];
    const coarser = TIERS[index + 1];
    for (const { id, record } of expired) {
      data.delete(tx, id);
      if (coarser !== undefined) {
        const [, , startMs, unit] = id as readonly [string, number, number, string];
        const start = startOf(coarser, startMs);
        addToBucket(tx, [metric.id, coarser.resolution, start, unit], record);
      }
    }
    room -= expired.length;
  });
  return room > 0;
}

/** When the oldest bucket is over its time; `undefined` when there is none. */
function nextExpiryMs(tx: WriteTx, metric: Metric): number | undefined {
  const expiries = TIERS.flatMap((tier) => {
    const prefix = [metric.id, tier.resolution];
    return [...data.list(tx, { prefix, limit: 1 })].map(
      ({ id }) => (id[2] as number) + tier.keptMs,
    );
  });
  return expiries.length === 0 ? undefined : Math.min(...expiries);
}
