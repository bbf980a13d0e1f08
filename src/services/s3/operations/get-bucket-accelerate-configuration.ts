import { requireBucket } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

export const getBucketAccelerateConfiguration: S3Operation<
  "GetBucketAccelerateConfiguration"
> = async (ctx, input) => {
  const bucket = await ctx.store.read((tx) => requireBucket(tx, input));
  return { Status: bucket.acceleration };
};
