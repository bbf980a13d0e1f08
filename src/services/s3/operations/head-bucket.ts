import { bucketArn, requireBucket } from "../bucket.ts";
import { notFound } from "../errors.ts";
import { buckets } from "../keys.ts";
import type { S3Operation } from "../ports.ts";

export const headBucket: S3Operation<"HeadBucket"> = async (ctx, input) => {
  const bucket = await ctx.store.read((tx) => {
    if (buckets.get(tx, [input.Bucket]) === undefined) {
      throw notFound();
    }
    return requireBucket(tx, input);
  });
  return {
    BucketArn: bucketArn(bucket.name),
    BucketRegion: bucket.region,
    AccessPointAlias: false,
  };
};
