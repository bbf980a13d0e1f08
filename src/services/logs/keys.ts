/**
 * The key layout of CloudWatch Logs.
 *
 * | key                                           | value                                 |
 * |-----------------------------------------------|---------------------------------------|
 * | logs group, region, account, name             | `LogGroup`                            |
 * | logs stream, group id, name                   | `LogStream`                           |
 * | logs event, stream id, timestamp (ms), sequence | `[ingestion time (ms), message]`    |
 * | logs metric-filter, group id, name            | `MetricFilterRecord`                  |
 * | logs subscription-filter, group id, name      | `SubscriptionFilterRecord`            |
 *
 * Events lie by stream, in the order in which they are read. A search over a group merges its
 * streams; those that have nothing in the time that is searched are left out by their row. Ids are
 * never used again, so that what a deleted group or stream leaves behind is out of reach at once.
 */
import { type Collection, collection } from "../../store/collection.ts";
import type { MetricFilterRecord } from "./event-metrics.ts";
import type { LogGroup, LogStream } from "./log-group.ts";
import type { SubscriptionFilterRecord } from "./subscription-filter.ts";

export const groups: Collection<LogGroup> = collection("logs", "group");
export const streams: Collection<LogStream> = collection("logs", "stream");
/** `[ingestion time (ms), message]` */
export const events: Collection<readonly [number, string]> = collection("logs", "event");
export const metricFilters: Collection<MetricFilterRecord> = collection("logs", "metric-filter");
export const subscriptionFilters: Collection<SubscriptionFilterRecord> = collection(
  "logs",
  "subscription-filter",
);
