/** Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */

/**
 * Of all entries of a `PutEvents` together, in bytes. It was a quarter of that until January 2026:
 * https://aws.amazon.com/blogs/compute/more-room-to-build-serverless-services-now-support-payloads-up-to-1-mb
 */
export const ENTRIES_SIZE_MAX = 1_048_576;

/** How deep the JSON of a detail may nest. */
export const DETAIL_NESTING_MAX = 1000;

export const TARGETS_PER_RULE_MAX = 5;

/** Of an account in a region. */
export const ACTIVE_REPLAYS_MAX = 10;

export const TAGS_MAX = 50;

/** Of the policy of a bus, in characters of JSON. */
export const POLICY_LENGTH_MAX = 10_240;

/** In a page, when the caller names no limit. */
export const PAGE_SIZE_DEFAULT = 100;

/** Buses whose compiled rules are kept in memory. */
export const BUSES_COMPILED_MAX = 100;

/** Changes of a bus's rules that are kept, so that compiled rules catch up instead of starting over. */
export const CHANGES_KEPT = 1000;
