import { requireBucket } from "../bucket.ts";
import { invalidTargetBucket } from "../configuration-errors.ts";
import { deleteConfiguration, putConfiguration } from "../configurations.ts";
import { buckets } from "../keys.ts";
import type { S3Operation } from "../ports.ts";

/**
 * Kept and told; no access logs are written.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLogging.html
 */
export const putBucketLogging: S3Operation<"PutBucketLogging"> = async (ctx, input) => {
  const { LoggingEnabled: logging } = input.BucketLoggingStatus;
  await ctx.store.write((tx) => {
    requireBucket(tx, input);
    if (logging === undefined) {
      deleteConfiguration(tx, input.Bucket, "logging");
      return;
    }
    if (buckets.get(tx, [logging.TargetBucket]) === undefined) {
      throw invalidTargetBucket(logging.TargetBucket);
    }
    putConfiguration(tx, input.Bucket, "logging", logging);
  });
};
