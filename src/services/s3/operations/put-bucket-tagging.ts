import { updateBucket } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";
import { bucketTags } from "../tags.ts";

/** Replaces all tags. */
export const putBucketTagging: S3Operation<"PutBucketTagging"> = async (ctx, input) => {
  const tags = bucketTags(input.Tagging.TagSet);
  await ctx.store.write((tx) => updateBucket(tx, input, { tags }));
};
