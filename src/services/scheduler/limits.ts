/** Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html */

/** In a page, when the caller names no limit. */
export const PAGE_SIZE_DEFAULT = 100;

/** How far back a `StartDate` may lie. */
export const START_DATE_AGE_MS_MAX: number = 5 * 60_000;

export const RETRY_ATTEMPTS_DEFAULT = 185;
export const EVENT_AGE_SECONDS_DEFAULT = 86_400;

/** How long a client token stands for the answer that was given to it. */
export const TOKEN_LIFETIME_MS: number = 10 * 60_000;

/** Schedules of a group that one transaction deletes. */
export const GROUP_DELETION_BATCH = 200;

/** Calls of one target under way at once. */
export const LANE_CONCURRENCY_MAX = 32;
