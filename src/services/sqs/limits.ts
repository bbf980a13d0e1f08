/**
 * The quotas of SQS.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-quotas.html
 */

export const QUEUE_NAME_LENGTH_MAX = 80;
export const QUEUES_PER_PAGE_MAX = 1000;
export const TAGS_PER_QUEUE_MAX = 50;

export const DELAY_SECONDS_MAX = 900;
export const RECEIVE_WAIT_SECONDS_MAX = 20;
export const VISIBILITY_TIMEOUT_SECONDS_MAX = 43_200;
export const VISIBILITY_TIMEOUT_SECONDS_DEFAULT = 30;
export const RETENTION_SECONDS_MIN = 60;
export const RETENTION_SECONDS_MAX = 1_209_600;
export const RETENTION_SECONDS_DEFAULT = 345_600;
export const KMS_REUSE_SECONDS_MIN = 60;
export const KMS_REUSE_SECONDS_MAX = 86_400;
export const KMS_REUSE_SECONDS_DEFAULT = 300;
export const MAX_RECEIVE_COUNT_MAX = 1000;
export const REDRIVE_SOURCES_MAX = 10;

export const MESSAGE_SIZE_BYTES_MIN = 1024;
/** Of one message, and of all the messages of a batch together. */
export const MESSAGE_SIZE_BYTES_MAX = 1_048_576;
export const MESSAGE_ATTRIBUTES_MAX = 10;
export const ATTRIBUTE_NAME_LENGTH_MAX = 256;
export const GROUP_ID_LENGTH_MAX = 128;

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html */
export const POLICY_BYTES_MAX = 8_192;
export const POLICY_STATEMENTS_MAX = 20;
export const POLICY_PRINCIPALS_MAX = 50;
export const POLICY_CONDITIONS_MAX = 10;
export const POLICY_ACTIONS_MAX = 7;

export const BATCH_ENTRIES_MAX = 10;
export const BATCH_ENTRY_ID_LENGTH_MAX = 80;
export const RECEIVE_MESSAGES_MAX = 10;
export const IN_FLIGHT_MAX = 120_000;
export const PURGE_INTERVAL_MS = 60_000;

/** Of a message move task, messages a second. */
export const MOVE_RATE_MAX = 500;
/** Tasks of an account that may run at once, and how many of a queue are listed. */
export const MOVE_TASKS_RUNNING_MAX = 100;
export const MOVE_TASKS_KEPT = 10;
export const MOVE_TASK_MS_MAX: number = 36 * 3_600_000;
/** A task without a rate moves so many messages in one transaction. */
export const MOVED_PER_SLICE_MAX = 100;
/** How often in a second a task with a rate moves some, when it moves many. */
export const MOVE_SLICES_PER_SECOND = 10;

/** Content up to this size is kept in the message's row and moves with it. */
export const INLINE_CONTENT_BYTES_MAX = 4096;
/** How many rows one receive looks at: beyond it, expired rows are left to the next. */
export const RECEIVE_ROWS_MAX = 1000;
/** How many messages one receive of a fair queue moves into the lanes of their groups. */
export const SWEEP_ROWS_MAX = 200;
/** How many rows one run of a removal takes. */
export const REMOVAL_ROWS_MAX = 1000;
/** How many rows are counted before others get their turn. */
export const COUNT_ROWS_PER_SLICE = 1000;
