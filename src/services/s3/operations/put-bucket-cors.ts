import { requireBucket } from "../bucket.ts";
import { putConfiguration } from "../configurations.ts";
import { checkCorsRules } from "../cors.ts";
import type { S3Operation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html */
export const putBucketCors: S3Operation<"PutBucketCors"> = async (ctx, input) => {
  const { CORSRules: rules } = input.CORSConfiguration;
  checkCorsRules(rules);
  await ctx.store.write((tx) => {
    requireBucket(tx, input);
    putConfiguration(tx, input.Bucket, "cors", rules);
  });
};
