/** Source: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-limits.html */
export const PAGE_MAX = 50;
export const POLICIES_PER_TARGET_MAX = 50;
export const ACTIONS_PER_TARGET_MAX = 200;
export const TAGS_MAX = 50;
/** Kept of each target, the latest. */
export const ACTIVITIES_MAX = 100;
/** Changes of one target are made one after the other. */
export const LANE_CONCURRENCY_MAX = 1;
