import { requireBucket } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

/** No acceleration: it cannot be put. */
export const getBucketAccelerateConfiguration: S3Operation<
  "GetBucketAccelerateConfiguration"
> = async (ctx, input) => {
  await ctx.store.read((tx) => requireBucket(tx, input));
  return {};
};
