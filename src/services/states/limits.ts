/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const INPUT_BYTES_MAX = 262_144;
export const TAGS_MAX = 50;
export const VERSIONS_MAX = 1_000;
export const ALIASES_MAX = 100;
export const PAGE_SIZE_DEFAULT = 100;
export const PAGE_SIZE_MAX = 1_000;
export const CAUSE_LENGTH_MAX = 32_768;
export const ERROR_LENGTH_MAX = 256;
/** How long a closed execution is kept. */
export const RETENTION_MS: number = 90 * 86_400_000;
/** A closed execution can be redriven this long. */
export const REDRIVABLE_MS: number = 14 * 86_400_000;
export const REDRIVES_MAX = 1_000;
/** The longest that an execution takes, with all its redrives. */
export const EXECUTION_MS_MAX: number = 365 * 86_400_000;
export const EXPRESS_DURATION_MS_MAX = 300_000;
/** How long `GetActivityTask` waits for a task. */
export const ACTIVITY_POLL_MS = 60_000;

/** Of the engine: jobs under way at once that go to one function, or one operation. */
export const TASKS_PER_LANE_MAX = 128;
/** Of the engine: executions that take a step at once. */
export const STEPS_AT_ONCE_MAX = 256;
/** Of the engine: executions, and definitions, that are kept in memory between their steps. */
export const EXECUTIONS_CACHED_MAX = 1_000;
export const DEFINITIONS_CACHED_MAX = 500;
/** Of the engine: asynchronous Express executions under way at once. */
export const EXPRESS_AT_ONCE_MAX = 256;
