import { requireBucket } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

/** Buckets in us-east-1 have no location constraint. */
export const getBucketLocation: S3Operation<"GetBucketLocation"> = async (ctx, input) => {
  const { region } = await ctx.store.read((tx) => requireBucket(tx, input));
  return { LocationConstraint: region === "us-east-1" ? undefined : region };
};
