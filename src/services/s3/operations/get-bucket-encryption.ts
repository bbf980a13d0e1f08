import { requireBucket } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

export const getBucketEncryption: S3Operation<"GetBucketEncryption"> = async (ctx, input) => {
  const { encryption } = await ctx.store.read((tx) => requireBucket(tx, input));
  return { ServerSideEncryptionConfiguration: encryption };
};
