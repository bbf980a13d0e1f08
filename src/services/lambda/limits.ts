/**
 * Lambda's limits.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */

export const SYNC_PAYLOAD_BYTES_MAX: number = 6 * 1024 * 1024;
export const ASYNC_PAYLOAD_BYTES_MAX: number = 1024 * 1024;

/** A package in the request itself, as the request may be sent. */
export const ZIP_BYTES_MAX: number = 50 * 1024 * 1024;
export const ENVIRONMENT_BYTES_MAX: number = 4 * 1024;
export const TAGS_MAX = 50;
export const POLICY_BYTES_MAX: number = 20 * 1024;
export const FUNCTION_NAME_LENGTH_MAX = 64;
export const FUNCTIONS_PER_PAGE_MAX = 50;
export const MAPPINGS_PER_PAGE_MAX = 100;

/** Of an account in a region. */
export const CONCURRENCY_MAX = 1_000;
/** What reservations must leave for functions that reserve nothing. */
export const UNRESERVED_CONCURRENCY_MIN = 100;
export const CODE_STORAGE_BYTES_MAX = 80_530_636_800;
export const UNZIPPED_BYTES_MAX = 262_144_000;

export const LAYERS_MAX = 5;
/** Invocations of a function within one chain of events: more are a loop. */
export const LOOP_INVOCATIONS_MAX = 16;

export const TIMEOUT_SECONDS_MAX = 900;
export const MEMORY_MB_MAX = 10_240;
export const TIMEOUT_SECONDS_DEFAULT = 3;
export const MEMORY_MB_DEFAULT = 128;
export const EPHEMERAL_STORAGE_MB_DEFAULT = 512;

/** Of asynchronous invocations. */
export const EVENT_AGE_SECONDS_MAX = 21_600;
export const RETRY_ATTEMPTS_MAX = 2;
/** Between the first two attempts, and between the second and the third. */
export const RETRY_DELAYS_MS: readonly number[] = [60_000, 120_000];
/** After an error of the engine itself, doubled each time. */
export const SYSTEM_RETRY_MS_MIN = 1_000;
export const SYSTEM_RETRY_MS_MAX: number = 5 * 60_000;
/** Asynchronous invocations of one function that the engine runs at once, if the machine can. */
export const ASYNC_CONCURRENCY_MAX = 64;
/** Of an error message that goes along with a dead letter, in characters. */
export const ERROR_MESSAGE_LENGTH_MAX = 1_024;
