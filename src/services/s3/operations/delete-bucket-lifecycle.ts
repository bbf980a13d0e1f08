import { updateBucket } from "../bucket.ts";
import { deleteConfiguration } from "../configurations.ts";
import type { S3Operation } from "../ports.ts";

/** The timer finds no rules when it is due, and is the last one. */
export const deleteBucketLifecycle: S3Operation<"DeleteBucketLifecycle"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    updateBucket(tx, input, { hasLifecycle: undefined });
    deleteConfiguration(tx, input.Bucket, "lifecycle");
  });
};
