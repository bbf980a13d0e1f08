import { requireBucket } from "../bucket.ts";
import { policies } from "../keys.ts";
import type { S3Operation } from "../ports.ts";

export const deleteBucketPolicy: S3Operation<"DeleteBucketPolicy"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    requireBucket(tx, input);
    policies.delete(tx, [input.Bucket]);
  });
};
