import { requireBucket } from "../bucket.ts";
import { missingConfiguration } from "../errors.ts";
import type { S3Operation } from "../ports.ts";
import { tagSet } from "../tags.ts";

export const getBucketTagging: S3Operation<"GetBucketTagging"> = async (ctx, input) => {
  const { tags } = await ctx.store.read((tx) => requireBucket(tx, input));
  if (tags === undefined) {
    throw missingConfiguration("NoSuchTagSet", input.Bucket);
  }
  return { TagSet: tagSet(tags) };
};
