import { canonicalUser, requireBucket } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

/** The owner has full control, and nobody else any. */
export const getBucketAcl: S3Operation<"GetBucketAcl"> = async (ctx, input) => {
  const { accountId } = await ctx.store.read((tx) => requireBucket(tx, input));
  const owner = canonicalUser(accountId);
  return {
    Owner: owner,
    Grants: [{ Grantee: { Type: "CanonicalUser", ...owner }, Permission: "FULL_CONTROL" }],
  };
};
