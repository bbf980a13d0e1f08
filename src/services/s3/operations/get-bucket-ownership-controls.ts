import { requireBucket } from "../bucket.ts";
import { missingConfiguration } from "../errors.ts";
import type { S3Operation } from "../ports.ts";

export const getBucketOwnershipControls: S3Operation<"GetBucketOwnershipControls"> = async (
  ctx,
  input,
) => {
  const { ownership } = await ctx.store.read((tx) => requireBucket(tx, input));
  if (ownership === undefined) {
    throw missingConfiguration("OwnershipControlsNotFoundError", input.Bucket);
  }
  return { OwnershipControls: ownership };
};
