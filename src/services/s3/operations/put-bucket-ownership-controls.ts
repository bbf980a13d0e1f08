import { isObjectOwnership, updateBucket } from "../bucket.ts";
import { malformedXml } from "../errors.ts";
import type { S3Operation } from "../ports.ts";

export const putBucketOwnershipControls: S3Operation<"PutBucketOwnershipControls"> = async (
  ctx,
  input,
) => {
  const ownership = input.OwnershipControls;
  const [rule, ...others] = ownership.Rules;
  if (rule === undefined || others.length > 0 || !isObjectOwnership(rule.ObjectOwnership)) {
    throw malformedXml();
  }
  await ctx.store.write((tx) => updateBucket(tx, input, { ownership }));
};
