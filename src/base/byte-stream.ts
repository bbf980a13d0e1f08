/** A body that is not held in memory whole: S3 objects. */
export type ByteStream = AsyncIterable<Uint8Array>;
