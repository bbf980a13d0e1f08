/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS: number = 24 * HOUR_MS;

/** Of one PutMetricData. */
export const DATA_PER_REQUEST_MAX = 1_000;
/** Different values of one datum. */
export const VALUES_PER_DATUM_MAX = 150;
/** A value lies between this and its negative. */
export const VALUE_MAX: number = 2 ** 360;
export const DATUM_AGE_MS_MAX: number = 14 * DAY_MS;
export const DATUM_FUTURE_MS_MAX: number = 2 * HOUR_MS;

/** Of one GetMetricStatistics. */
export const DATAPOINTS_MAX = 1_440;
/** Of one GetMetricData. */
export const QUERIES_MAX = 500;
export const DATAPOINTS_PER_PAGE_MAX = 100_800;
/** Points that one query of GetMetricData computes over its time range; a bound of Millrace's own. */
export const GRID_POINTS_MAX = 1_000_000;

export const METRICS_PER_PAGE_MAX = 500;
/** Metrics are listed that long after their last datum. */
export const LISTED_MS: number = 14 * DAY_MS;
export const RECENTLY_ACTIVE_MS: number = 3 * HOUR_MS;

/** Rows that one run of the retention looks at. */
export const SWEPT_PER_SLICE_MAX = 1_000;

export const TAGS_MAX = 50;
export const ALARMS_PER_PAGE_DEFAULT = 50;
export const HISTORY_PER_PAGE_MAX = 100;
/** Rows of the history that one page looks at. */
export const HISTORY_SEARCHED_MAX = 10_000;
/** Alarms that a rule may name. */
export const RULE_ALARMS_MAX = 100;
export const DASHBOARDS_PER_PAGE_MAX = 1_000;
export const DASHBOARD_BYTES_MAX: number = 1024 * 1024;
