/** Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html */
export const PAGE_MAX = 100;
export const BATCH_MAX = 25;
export const ALARMS_MAX = 50;
export const TRIGGERS_MAX = 10;
export const TAGS_MAX = 50;
/** How long traffic may take to shift. */
export const SHIFT_MINUTES_MAX: number = 48 * 60;
/** A hook that has not answered by then has failed. */
export const HOOK_ANSWER_MS_MAX: number = 60 * 60_000;
/** How often alarms are looked at while a deployment runs. AWS does not say how often it does. */
export const ALARM_INTERVAL_MS = 10_000;
/** What is done for one alias is done one after the other. */
export const LANE_CONCURRENCY_MAX = 1;
export const MS_PER_MINUTE = 60_000;
