import { requireBucket } from "../bucket.ts";
import { isPublicPolicy } from "../bucket-policy.ts";
import { missingConfiguration } from "../errors.ts";
import { policies } from "../keys.ts";
import type { S3Operation } from "../ports.ts";

export const getBucketPolicyStatus: S3Operation<"GetBucketPolicyStatus"> = async (ctx, input) => {
  const policy = await ctx.store.read((tx) => {
    requireBucket(tx, input);
    return policies.get(tx, [input.Bucket]);
  });
  if (policy === undefined) {
    throw missingConfiguration("NoSuchBucketPolicy", input.Bucket);
  }
  return { PolicyStatus: { IsPublic: isPublicPolicy(policy) } };
};
