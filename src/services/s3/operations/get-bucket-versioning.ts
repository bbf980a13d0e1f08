import { requireBucket } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

/** A bucket whose versioning was never put has no status. */
export const getBucketVersioning: S3Operation<"GetBucketVersioning"> = async (ctx, input) => {
  const bucket = await ctx.store.read((tx) => requireBucket(tx, input));
  return { Status: bucket.versioning };
};
