import { requireBucket, updateBucket } from "../bucket.ts";
import { invalidBucketState, malformedXml } from "../errors.ts";
import { checkDefaultRetention } from "../object-lock.ts";
import type { S3Operation } from "../ports.ts";

/**
 * Once enabled it stays; what is put is the retention of new objects.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html
 */
export const putObjectLockConfiguration: S3Operation<"PutObjectLockConfiguration"> = async (
  ctx,
  input,
) => {
  const { ObjectLockEnabled: enabled, Rule: rule } = input.ObjectLockConfiguration ?? {};
  if (enabled !== "Enabled") {
    throw malformedXml();
  }
  const defaultRetention = rule?.DefaultRetention;
  if (defaultRetention !== undefined) {
    checkDefaultRetention(defaultRetention);
  }
  await ctx.store.write((tx) => {
    if (requireBucket(tx, input).versioning !== "Enabled") {
      throw invalidBucketState(
        "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
      );
    }
    updateBucket(tx, input, { objectLock: { defaultRetention } });
  });
  return {};
};
