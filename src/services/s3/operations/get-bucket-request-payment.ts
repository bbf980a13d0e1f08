import { requireBucket } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

/** The owner pays: nothing else can be put. */
export const getBucketRequestPayment: S3Operation<"GetBucketRequestPayment"> = async (
  ctx,
  input,
) => {
  await ctx.store.read((tx) => requireBucket(tx, input));
  return { Payer: "BucketOwner" };
};
