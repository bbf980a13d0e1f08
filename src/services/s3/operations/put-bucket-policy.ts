import { requireBucket } from "../bucket.ts";
import { checkPolicy, isPublicPolicy } from "../bucket-policy.ts";
import { accessDenied } from "../errors.ts";
import { policies } from "../keys.ts";
import type { S3Operation } from "../ports.ts";

/**
 * Kept and returned as it is; it is not evaluated.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
 */
export const putBucketPolicy: S3Operation<"PutBucketPolicy"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const bucket = requireBucket(tx, input);
    checkPolicy(input.Policy, input.Bucket);
    if (bucket.publicAccessBlock?.BlockPublicPolicy === true && isPublicPolicy(input.Policy)) {
      throw accessDenied();
    }
    policies.put(tx, [input.Bucket], input.Policy);
  });
};
