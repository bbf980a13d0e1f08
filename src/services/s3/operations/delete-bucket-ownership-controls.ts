import { updateBucket } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

export const deleteBucketOwnershipControls: S3Operation<"DeleteBucketOwnershipControls"> = async (
  ctx,
  input,
) => {
  await ctx.store.write((tx) => updateBucket(tx, input, { ownership: undefined }));
};
