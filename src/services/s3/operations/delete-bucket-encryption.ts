import { DEFAULT_ENCRYPTION, updateBucket } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

/** Goes back to what new buckets have. */
export const deleteBucketEncryption: S3Operation<"DeleteBucketEncryption"> = async (ctx, input) => {
  await ctx.store.write((tx) => updateBucket(tx, input, { encryption: DEFAULT_ENCRYPTION }));
};
