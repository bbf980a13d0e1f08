import { requireBucket } from "../bucket.ts";
import { configurationIn } from "../configurations.ts";
import { missingConfiguration } from "../errors.ts";
import type { S3Operation } from "../ports.ts";

export const getBucketCors: S3Operation<"GetBucketCors"> = async (ctx, input) => {
  const CORSRules = await ctx.store.read((tx) => {
    requireBucket(tx, input);
    return configurationIn(tx, input.Bucket, "cors");
  });
  if (CORSRules === undefined) {
    throw missingConfiguration("NoSuchCORSConfiguration", input.Bucket);
  }
  return { CORSRules };
};
