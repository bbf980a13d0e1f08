import { ownerGrants } from "../acl.ts";
import { canonicalUser, requireBucket } from "../bucket.ts";
import { configurationIn } from "../configurations.ts";
import type { S3Operation } from "../ports.ts";

export const getBucketAcl: S3Operation<"GetBucketAcl"> = async (ctx, input) =>
  ctx.store.read((tx) => {
    const { accountId } = requireBucket(tx, input);
    return {
      Owner: canonicalUser(accountId),
      Grants: configurationIn(tx, input.Bucket, "acl") ?? ownerGrants(accountId),
    };
  });
