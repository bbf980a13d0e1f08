import { updateBucket } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";

export const deletePublicAccessBlock: S3Operation<"DeletePublicAccessBlock"> = async (
  ctx,
  input,
) => {
  await ctx.store.write((tx) => updateBucket(tx, input, { publicAccessBlock: undefined }));
};
