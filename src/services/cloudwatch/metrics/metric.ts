/** Metrics: a namespace, a name and dimensions, under an id that their data lie by. */
import { createHash } from "node:crypto";
import type { Key } from "../../../base/ordered-key.ts";
import type { ReadTx, WriteTx } from "../../../store/store.ts";
import type { Metric as DescribedMetric, Dimension } from "../../../wire/models/cloudwatch.gen.ts";
import { metrics, type Owner } from "../keys.ts";

export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  /** Sorted by name. */
  readonly dimensions: Dimensions;
}

export type Dimensions = readonly (readonly [name: string, value: string])[];

export interface Metric {
  readonly id: string;
  readonly dimensions: Dimensions;
  /** Of the newest bucket: ms since the Unix epoch. */
  readonly lastMs: number;
  /** When its retention is due. */
  readonly sweepMs: number;
}

const DIGEST_LENGTH = 22;

export function dimensionsOf(given: readonly Dimension[] | undefined): Dimensions {
  return sortedDimensions((given ?? []).map(({ Name, Value }) => [Name, Value] as const));
}

export function sortedDimensions(dimensions: Dimensions): Dimensions {
  return dimensions.length < 2
    ? dimensions
    : [...dimensions].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
}

export function metricKey(owner: Owner, metric: MetricName): Key {
  const { namespace, name, dimensions } = metric;
  return [owner.accountId, owner.region, namespace, name, digestOf(dimensions)];
}

function digestOf(dimensions: Dimensions): string {
  return dimensions.length === 0
    ? ""
    : createHash("sha256")
        .update(JSON.stringify(dimensions))
        .digest("base64url")
        .slice(0, DIGEST_LENGTH);
}

export function findMetric(tx: ReadTx, owner: Owner, name: MetricName): Metric | undefined {
  return metrics.get(tx, metricKey(owner, name));
}

export function newMetric(
  tx: WriteTx,
  dimensions: Dimensions,
  times: Pick<Metric, "lastMs" | "sweepMs">,
): Metric {
  return { id: tx.orderedId(), dimensions, lastMs: times.lastMs, sweepMs: times.sweepMs };
}

/** As the API tells of a metric. */
export function describeMetric({ namespace, name, dimensions }: MetricName): DescribedMetric {
  return {
    Namespace: namespace,
    MetricName: name,
    Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })),
  };
}
