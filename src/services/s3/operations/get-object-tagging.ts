import { requireBucket } from "../bucket.ts";
import { checkVersionId, requireObject } from "../object.ts";
import type { S3Operation } from "../ports.ts";
import { tagSet } from "../tags.ts";

export const getObjectTagging: S3Operation<"GetObjectTagging"> = async (ctx, input) => {
  checkVersionId(input.VersionId);
  const { tags } = await ctx.store.read((tx) => {
    requireBucket(tx, input);
    return requireObject(tx, input.Bucket, input.Key);
  });
  return { TagSet: tagSet(tags) };
};
