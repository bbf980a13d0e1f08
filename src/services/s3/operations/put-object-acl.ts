import { checkGrants, grantsOfPolicy, grantsOfUpload } from "../acl.ts";
import { missingSecurityHeader } from "../configuration-errors.ts";
import { tellOf } from "../object.ts";
import type { S3Operation } from "../ports.ts";
import { changeVersion } from "../versioned.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html */
export const putObjectAcl: S3Operation<"PutObjectAcl"> = async (ctx, input) => {
  const { AccessControlPolicy: policy } = input;
  await ctx.store.write((tx) => {
    const { bucket, object } = changeVersion(tx, input, (found) => {
      const given = policy && grantsOfPolicy(policy);
      const grants = grantsOfUpload(input, found.bucket, found.object.accountId) ?? given;
      if (grants === undefined) {
        throw missingSecurityHeader();
      }
      checkGrants(found.bucket, grants);
      return { grants };
    });
    tellOf(tx, ctx, { bucket, key: input.Key }, object, "ObjectAcl:Put");
  });
  return {};
};
