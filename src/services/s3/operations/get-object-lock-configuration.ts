import { requireBucket } from "../bucket.ts";
import { missingConfiguration } from "../errors.ts";
import type { S3Operation } from "../ports.ts";

export const getObjectLockConfiguration: S3Operation<"GetObjectLockConfiguration"> = async (
  ctx,
  input,
) => {
  const { objectLock } = await ctx.store.read((tx) => requireBucket(tx, input));
  if (objectLock === undefined) {
    throw missingConfiguration("ObjectLockConfigurationNotFoundError", input.Bucket);
  }
  const { defaultRetention: DefaultRetention } = objectLock;
  return {
    ObjectLockConfiguration: {
      ObjectLockEnabled: "Enabled",
      Rule: DefaultRetention && { DefaultRetention },
    },
  };
};
