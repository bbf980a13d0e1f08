import { requireBucket } from "../bucket.ts";
import { configurationIn } from "../configurations.ts";
import type { S3Operation } from "../ports.ts";

export const getBucketLogging: S3Operation<"GetBucketLogging"> = async (ctx, input) => {
  const LoggingEnabled = await ctx.store.read((tx) => {
    requireBucket(tx, input);
    return configurationIn(tx, input.Bucket, "logging");
  });
  return { LoggingEnabled };
};
