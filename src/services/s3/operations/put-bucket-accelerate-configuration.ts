import { updateBucket } from "../bucket.ts";
import { invalidRequest, malformedXml } from "../errors.ts";
import type { S3Operation } from "../ports.ts";

/**
 * Kept and told; there is nothing to accelerate.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAccelerateConfiguration.html
 */
export const putBucketAccelerateConfiguration: S3Operation<
  "PutBucketAccelerateConfiguration"
> = async (ctx, input) => {
  const { Status: acceleration } = input.AccelerateConfiguration;
  if (acceleration !== "Enabled" && acceleration !== "Suspended") {
    throw malformedXml();
  }
  if (input.Bucket.includes(".")) {
    throw invalidRequest(
      "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names",
    );
  }
  await ctx.store.write((tx) => updateBucket(tx, input, { acceleration }));
};
