import { requireBucket } from "../bucket.ts";
import { configurationIn } from "../configurations.ts";
import { missingConfiguration } from "../errors.ts";
import type { S3Operation } from "../ports.ts";

export const getBucketLifecycleConfiguration: S3Operation<
  "GetBucketLifecycleConfiguration"
> = async (ctx, input) => {
  const lifecycle = await ctx.store.read((tx) => {
    requireBucket(tx, input);
    return configurationIn(tx, input.Bucket, "lifecycle");
  });
  if (lifecycle === undefined) {
    throw missingConfiguration("NoSuchLifecycleConfiguration", input.Bucket);
  }
  return {
    Rules: lifecycle.rules,
    TransitionDefaultMinimumObjectSize: lifecycle.transitionMinimum,
  };
};
