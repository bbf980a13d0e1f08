import { updateBucket } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

/** What is not said is off. */
export const putPublicAccessBlock: S3Operation<"PutPublicAccessBlock"> = async (ctx, input) => {
  const given = input.PublicAccessBlockConfiguration;
  const publicAccessBlock = {
    BlockPublicAcls: given.BlockPublicAcls ?? false,
    IgnorePublicAcls: given.IgnorePublicAcls ?? false,
    BlockPublicPolicy: given.BlockPublicPolicy ?? false,
    RestrictPublicBuckets: given.RestrictPublicBuckets ?? false,
  };
  await ctx.store.write((tx) => updateBucket(tx, input, { publicAccessBlock }));
};
