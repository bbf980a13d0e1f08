/**
 * Kinesis' limits.
 * Source: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
 */

export const HOUR_MS: number = 60 * 60 * 1000;
export const DAY_MS: number = 24 * HOUR_MS;

export const RETENTION_HOURS_MIN = 24;
export const RETENTION_HOURS_MAX = 8_760;

export const RECORD_KIB_DEFAULT = 1_024;
/** Of one PutRecords, partition keys included. */
export const REQUEST_BYTES_MAX: number = 10 * 1024 * 1024;

export const READ_RECORDS_MAX = 10_000;
export const READ_BYTES_MAX: number = 10 * 1024 * 1024;

export const ITERATOR_LIFETIME_MS: number = 5 * 60 * 1000;
export const TOKEN_LIFETIME_MS: number = 5 * 60 * 1000;

/** Shards of an account: those regions, and all others. */
const SHARDS_MAX_LARGE = 20_000;
const SHARDS_MAX_SMALL = 1_000;
const LARGE_REGIONS: ReadonlySet<string> = new Set(["us-east-1", "us-west-2", "eu-west-1"]);
export const ON_DEMAND_STREAMS_MAX = 50;
export const ON_DEMAND_SHARDS = 4;

export const CONSUMERS_MAX = 20;
/** With the commitment to a minimum throughput. */
export const CONSUMERS_MAX_COMMITTED = 50;

export const TAGS_MAX = 50;
export const POLICY_BYTES_MAX: number = 20 * 1024;

/** Within 24 hours. */
export const SCALINGS_MAX = 10;
export const MODE_CHANGES_MAX = 2;

export const STREAMS_PER_PAGE = 100;
export const SHARDS_PER_DESCRIPTION = 100;
export const SHARDS_PER_PAGE = 1_000;
export const CONSUMERS_PER_PAGE = 100;
export const TAGS_PER_PAGE = 50;

export const SUBSCRIPTION_MS: number = 5 * 60 * 1000;
/** A subscription cannot be taken over while it is younger. */
export const SUBSCRIPTION_AGE_MS_MIN = 5_000;

export function shardsMax(region: string): number {
  return LARGE_REGIONS.has(region) ? SHARDS_MAX_LARGE : SHARDS_MAX_SMALL;
}
