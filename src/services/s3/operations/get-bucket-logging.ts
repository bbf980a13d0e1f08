import { requireBucket } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

/** No logging: it cannot be put. */
export const getBucketLogging: S3Operation<"GetBucketLogging"> = async (ctx, input) => {
  await ctx.store.read((tx) => requireBucket(tx, input));
  return {};
};
