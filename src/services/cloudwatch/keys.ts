/**
 * The key layout of CloudWatch.
 *
 * | key                                                                 | value            |
 * |---------------------------------------------------------------------|------------------|
 * | cloudwatch metric, account, region, namespace, name, digest         | `Metric`         |
 * | cloudwatch data, metric id, resolution (s), start (ms), unit        | `Bucket`         |
 * | cloudwatch gauge, account, region, namespace, label                 | `Gauged`         |
 * | cloudwatch alarm, account, region, name                             | `Alarm`          |
 * | cloudwatch alarm-parent, account, region, child, parent             | `null`           |
 * | cloudwatch alarm-history, account, region, time (ms), id            | `HistoryItem`    |
 * | cloudwatch dashboard, account, name                                 | `Dashboard`      |
 *
 * The digest is that of the dimensions. A bucket is what a metric got in one second, minute, five
 * minutes or hour: see `metrics/retention.ts`. Ids of metrics are never used again.
 */
import { type Collection, collection, rememberingCollection } from "../../store/collection.ts";
import type { Alarm } from "./alarms/alarm.ts";
import type { HistoryItem } from "./alarms/history.ts";
import type { Dashboard } from "./dashboard.ts";
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
export const alarms: Collection<Alarm> = collection("cloudwatch", "alarm");
/** The composite alarms whose rules name an alarm. */
export const parents: Collection<null> = collection("cloudwatch", "alarm-parent");
export const history: Collection<HistoryItem> = collection("cloudwatch", "alarm-history");
export const dashboards: Collection<Dashboard> = collection("cloudwatch", "dashboard");
