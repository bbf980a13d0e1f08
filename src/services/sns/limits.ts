/**
 * The quotas of SNS.
 * Source: https://docs.aws.amazon.com/general/latest/gr/sns.html
 */
export const TOPIC_NAME_LENGTH_MAX = 256;
export const DISPLAY_NAME_LENGTH_MAX = 100;
export const SUBJECT_LENGTH_MAX = 100;
export const TAGS_MAX = 50;
export const PAGE_SIZE = 100;
/** Of one message with its attributes, and of all the messages of a batch together. */
export const MESSAGE_SIZE_BYTES_MAX = 262_144;
export const BATCH_ENTRIES_MAX = 10;
export const BATCH_ENTRY_ID_LENGTH_MAX = 80;
export const GROUP_ID_LENGTH_MAX = 128;
/** How many subscriptions of a deleted topic one run of their removal takes. */
export const REMOVAL_SUBSCRIPTIONS_MAX = 500;
/** FIFO topics, and what they remember of what was published. */
export const DEDUPLICATION_MS: number = 5 * 60_000;
export const ARCHIVE_DAYS_MAX = 365;
/** Archived messages that one run of a replay hands over. */
export const REPLAY_MESSAGES_MAX = 100;
/** Archived messages that one run of their removal takes. */
export const ARCHIVE_REMOVAL_MAX = 500;
/** A subscription that nobody has confirmed by then is removed. */
export const CONFIRMATION_MS: number = 2 * 86_400_000;
/** The e-mails and text messages that are kept for their reader; the oldest go first. */
export const LETTERS_MAX = 10_000;
/** Of a text message, in characters. */
export const TEXT_MESSAGE_LENGTH_MAX = 1600;
/** Subscriptions of a topic that may have a filter policy. */
export const FILTER_POLICIES_MAX = 200;
/** Subscriptions of a FIFO topic. */
export const FIFO_SUBSCRIPTIONS_MAX = 100;
