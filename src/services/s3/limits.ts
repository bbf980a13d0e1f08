/**
 * The limits of S3.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
const KIB = 1024;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Of an object's key, in bytes of UTF-8. */
export const KEY_BYTES_MAX: number = KIB;
/** Of the names and values of user metadata together. */
export const METADATA_BYTES_MAX: number = 2 * KIB;
/** Of one PutObject, UploadPart or CopyObject. */
export const UPLOAD_BYTES_MAX: number = 5 * GIB;
export const PART_NUMBER_MAX = 10_000;
/** Of every part but the last. */
export const PART_BYTES_MIN: number = 5 * MIB;
export const OBJECT_TAGS_MAX = 10;
export const BUCKET_TAGS_MAX = 50;
export const TAG_KEY_LENGTH_MAX = 128;
export const TAG_VALUE_LENGTH_MAX = 256;
/** Entries of a page of any list, and keys of one DeleteObjects. */
export const PAGE_MAX = 1_000;
export const BUCKETS_PAGE_MAX = 10_000;
export const POLICY_BYTES_MAX: number = 20 * KIB;

/**
 * Our own: content up to this size is a row, which costs no sync but that of the commit; larger
 * content is a blob. A put of 64 KiB takes half the time as a row, and rows of all sizes below,
 * overwritten ten thousand times, leave no holes in the store's file.
 */
export const INLINE_BYTES_MAX: number = 64 * KIB;
