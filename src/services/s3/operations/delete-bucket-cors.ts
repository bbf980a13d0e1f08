import { requireBucket } from "../bucket.ts";
import { deleteConfiguration } from "../configurations.ts";
import type { S3Operation } from "../ports.ts";

export const deleteBucketCors: S3Operation<"DeleteBucketCors"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    requireBucket(tx, input);
    deleteConfiguration(tx, input.Bucket, "cors");
  });
};
