/** Writing the data of metrics, and reading them by period. */
import type { ReadTx, WriteTx } from "../../../store/store.ts";
import { data, metrics, type Owner } from "../keys.ts";
import { SECOND_MS } from "../limits.ts";
import { type Bucket, merged } from "./bucket.ts";
import { findMetric, type Metric, type MetricName, metricKey, newMetric } from "./metric.ts";
import { addToBucket, armSweep, disarmSweep, startOf, TIERS, type Tier } from "./retention.ts";

export interface NewData {
  readonly metric: MetricName;
  readonly unit: string;
  readonly tier: Tier;
  readonly atMs: number;
  readonly bucket: Bucket;
}

export function addData(tx: WriteTx, owner: Owner, added: NewData): void {
  const { metric: name, unit, tier, bucket } = added;
  const key = metricKey(owner, name);
  const startMs = startOf(tier, added.atMs);
  const sweepMs = startMs + tier.keptMs;
  const present = metrics.get(tx, key);
  const metric = present ?? newMetric(tx, name.dimensions, { lastMs: startMs, sweepMs });
  addToBucket(tx, [metric.id, tier.resolution, startMs, unit], bucket);
  if (present === undefined) {
    metrics.put(tx, key, metric);
    armSweep(tx, key, sweepMs);
    return;
  }
  if (sweepMs < present.sweepMs) {
    disarmSweep(tx, key, present.sweepMs);
    armSweep(tx, key, sweepMs);
  }
  if (startMs > present.lastMs || sweepMs < present.sweepMs) {
    metrics.put(tx, key, {
      ...present,
      lastMs: Math.max(startMs, present.lastMs),
      sweepMs: Math.min(sweepMs, present.sweepMs),
    });
  }
}

/** Periods that follow each other from `startMs` (inclusive) to `endMs` (exclusive). */
export interface DataRange {
  readonly startMs: number;
  readonly endMs: number;
  /** In seconds. */
  readonly period: number;
  /** Absent: whatever the unit. */
  readonly unit?: string | undefined;
}

/** What a metric has in each period, by the first moment of the period, in no order. */
export function readData(
  tx: ReadTx,
  owner: Owner,
  name: MetricName,
  range: DataRange,
): ReadonlyMap<number, Bucket> {
  const buckets = new Map<number, Bucket>();
  for (const { startMs, bucket } of found(tx, findMetric(tx, owner, name), range)) {
    const present = buckets.get(startMs);
    buckets.set(startMs, present === undefined ? bucket : merged(present, bucket));
  }
  return buckets;
}

/** The same, apart by unit. */
export function readDataByUnit(
  tx: ReadTx,
  owner: Owner,
  name: MetricName,
  range: DataRange,
): ReadonlyMap<string, ReadonlyMap<number, Bucket>> {
  const byUnit = new Map<string, Map<number, Bucket>>();
  for (const { startMs, unit, bucket } of found(tx, findMetric(tx, owner, name), range)) {
    const buckets = byUnit.get(unit) ?? new Map<number, Bucket>();
    byUnit.set(unit, buckets);
    const present = buckets.get(startMs);
    buckets.set(startMs, present === undefined ? bucket : merged(present, bucket));
  }
  return byUnit;
}

interface Found {
  /** Of the period of the range that the bucket lies in. */
  readonly startMs: number;
  readonly unit: string;
  readonly bucket: Bucket;
}

/** What is kept more coarsely than the period asked for says nothing about it. */
function* found(tx: ReadTx, metric: Metric | undefined, range: DataRange): Iterable<Found> {
  if (metric === undefined) {
    return;
  }
  const periodMs = range.period * SECOND_MS;
  for (const { resolution } of TIERS.filter((tier) => tier.resolution <= range.period)) {
    const prefix = [metric.id, resolution];
    const bounds = {
      prefix,
      from: [...prefix, range.startMs],
      until: [...prefix, range.endMs],
    };
    for (const { id, record } of data.list(tx, bounds)) {
      const [, , atMs, unit] = id as readonly [string, number, number, string];
      if (range.unit === undefined || range.unit === unit) {
        const periods = Math.floor((atMs - range.startMs) / periodMs);
        yield { startMs: range.startMs + periods * periodMs, unit, bucket: record };
      }
    }
  }
}
