/** Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
export const VALUE_BYTES_MAX = 65_536;
export const VERSIONS_MAX = 100;
/** A version is kept this long, however many come after it. */
export const VERSION_KEPT_MS: number = 24 * 60 * 60_000;
export const LABELS_PER_VERSION_MAX = 20;
export const TAGS_MAX = 50;
export const NAME_SIZE_MAX = 512;
export const POLICY_SIZE_MAX = 20_480;
export const RECOVERY_DAYS_MIN = 7;
export const RECOVERY_DAYS_MAX = 30;
export const PAGE_SIZE_DEFAULT = 100;
export const BATCH_PAGE_SIZE_DEFAULT = 20;
export const PASSWORD_LENGTH_DEFAULT = 32;
/** A secret can be rotated this often, and must be this often. */
export const ROTATION_HOURS_MIN = 4;
export const ROTATION_DAYS_MAX = 999;
/** AWS tries "multiple times"; these are ours. */
export const ROTATION_ATTEMPTS_MAX = 5;
export const ROTATION_RETRY_MS_MIN = 60_000;
/** One step of a secret is under way; beside it there may be calls whose run was cancelled. */
export const ROTATION_LANE_CONCURRENCY_MAX = 8;
