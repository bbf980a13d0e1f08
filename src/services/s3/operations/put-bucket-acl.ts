import { checkGrants, enforcesOwner, grantsOf, grantsOfPolicy } from "../acl.ts";
import { requireBucket } from "../bucket.ts";
import { missingSecurityHeader } from "../configuration-errors.ts";
import { putConfiguration } from "../configurations.ts";
import { aclNotSupported } from "../errors.ts";
import type { S3Operation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html */
export const putBucketAcl: S3Operation<"PutBucketAcl"> = async (ctx, input) => {
  const { AccessControlPolicy: policy } = input;
  await ctx.store.write((tx) => {
    const bucket = requireBucket(tx, input);
    const grants =
      grantsOf(input, bucket.accountId, bucket.accountId) ?? (policy && grantsOfPolicy(policy));
    if (grants === undefined) {
      throw missingSecurityHeader();
    }
    if (enforcesOwner(bucket) && input.ACL !== undefined && input.ACL !== "private") {
      throw aclNotSupported();
    }
    checkGrants(bucket, grants);
    putConfiguration(tx, input.Bucket, "acl", grants);
  });
};
