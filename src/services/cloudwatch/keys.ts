/**
 * The key layout of CloudWatch.
 *
 * | key                                                                 | value            |
 * |---------------------------------------------------------------------|------------------|
 * | cloudwatch metric, account, region, namespace, name, digest         | `Metric`         |
 * | cloudwatch data, metric id, resolution (s), start (ms), unit        | `Bucket`         |
 * | cloudwatch gauge, account, region, namespace, label                 | `Gauged`         |
 *
 * The digest is that of the dimensions. A bucket is what a metric got in one second, minute, five
 * minutes or hour: see `metrics/retention.ts`. Ids of metrics are never used again.
 */
import { type Collection, collection, rememberingCollection } from "../../store/collection.ts";
import type { Bucket } from "./metrics/bucket.ts";
import type { Gauged } from "./metrics/gauge.ts";
import type { Metric } from "./metrics/metric.ts";

export interface Owner {
  readonly accountId: string;
  readonly region: string;
}

export const metrics: Collection<Metric> = rememberingCollection("cloudwatch", "metric");
export const data: Collection<Bucket> = collection("cloudwatch", "data");
export const gauged: Collection<Gauged> = collection("cloudwatch", "gauge");
