import { updateBucket } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

export const deleteBucketTagging: S3Operation<"DeleteBucketTagging"> = async (ctx, input) => {
  await ctx.store.write((tx) => updateBucket(tx, input, { tags: undefined }));
};
