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
