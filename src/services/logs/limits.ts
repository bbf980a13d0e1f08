/**
 * The limits of CloudWatch Logs.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
 */

/** Of one PutLogEvents request, counted as message bytes and a fixed part for each event. */
export const BATCH_BYTES_MAX = 1_048_576;
export const EVENT_OVERHEAD_BYTES = 26;
export const EVENT_BYTES_MAX = 1_048_576;
const HOUR_MS = 3_600_000;
export const DAY_MS: number = 24 * HOUR_MS;
export const EVENT_AGE_MS_MAX: number = 14 * DAY_MS;
export const EVENT_FUTURE_MS_MAX: number = 2 * HOUR_MS;

export const EVENTS_PER_PAGE_MAX = 10_000;
export const PAGE_BYTES_MAX = 1_048_576;
/** Events looked at for one page of FilterLogEvents; a page may so come back empty. */
export const EVENTS_SEARCHED_MAX = 20_000;
export const GROUPS_PER_PAGE_MAX = 50;
export const STREAMS_PER_PAGE_MAX = 50;
export const TAGS_MAX = 50;

/** Events removed in one transaction. */
export const REMOVED_PER_SLICE_MAX = 1_000;
/** Streams of a deleted group removed in one transaction. */
export const STREAMS_PER_SLICE_MAX = 100;
/** Events that are over their retention are removed at most this often. */
export const RETENTION_PERIOD_MS_MIN: number = HOUR_MS;

export const RETENTION_DAYS: ReadonlySet<number> = new Set([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
]);

/** Of one group. */
export const METRIC_FILTERS_MAX = 100;
export const METRIC_FILTERS_PER_PAGE_MAX = 50;
export const FILTER_DIMENSIONS_MAX = 3;
export const SUBSCRIPTION_FILTERS_MAX = 2;
export const SUBSCRIPTION_FILTERS_PER_PAGE_MAX = 50;
/** Of one delivery, compressed: in base 64 it has room in an asynchronous invocation (1 MiB). */
export const DELIVERY_BYTES_MAX = 750_000;
