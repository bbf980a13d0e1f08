/** Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html */

export const BATCH_SIZE_DEFAULT = 10;
export const STREAM_BATCH_SIZE_DEFAULT = 100;

/** Larger batches of a queue need a window to gather them in. */
export const BATCH_SIZE_MAX_WITHOUT_WINDOW = 10;

/** What the batch operation of a target takes; others take batches of any size. */
export const TARGET_BATCH_SIZE_MAX: Readonly<Record<string, number>> = {
  events: 10,
  kinesis: 500,
  logs: 10_000,
  sns: 10,
  sqs: 10,
};

/** In a page, when the caller names no limit. */
export const PAGE_SIZE_DEFAULT = 100;
