import { requireBucket } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

export const getBucketRequestPayment: S3Operation<"GetBucketRequestPayment"> = async (
  ctx,
  input,
) => {
  const bucket = await ctx.store.read((tx) => requireBucket(tx, input));
  return { Payer: bucket.payer ?? "BucketOwner" };
};
