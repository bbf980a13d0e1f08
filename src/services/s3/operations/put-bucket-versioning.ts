import { notSupported } from "../../../wire/aws-error.ts";
import { requireBucket, updateBucket } from "../bucket.ts";
import { invalidBucketState, malformedXml } from "../errors.ts";
import type { S3Operation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html */
export const putBucketVersioning: S3Operation<"PutBucketVersioning"> = async (ctx, input) => {
  const { Status: status, MFADelete } = input.VersioningConfiguration;
  if (MFADelete === "Enabled") {
    throw notSupported("PutBucketVersioning", "MFADelete");
  }
  if (status !== "Enabled" && status !== "Suspended") {
    throw malformedXml();
  }
  await ctx.store.write((tx) => {
    if (status === "Suspended" && requireBucket(tx, input).objectLock !== undefined) {
      throw invalidBucketState(
        "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
      );
    }
    updateBucket(tx, input, { versioning: status });
  });
};
