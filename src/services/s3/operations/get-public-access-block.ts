import { requireBucket } from "../bucket.ts";
import { missingConfiguration } from "../errors.ts";
import type { S3Operation } from "../ports.ts";

export const getPublicAccessBlock: S3Operation<"GetPublicAccessBlock"> = async (ctx, input) => {
  const { publicAccessBlock } = await ctx.store.read((tx) => requireBucket(tx, input));
  if (publicAccessBlock === undefined) {
    throw missingConfiguration("NoSuchPublicAccessBlockConfiguration", input.Bucket);
  }
  return { PublicAccessBlockConfiguration: publicAccessBlock };
};
