import { notSupported } from "../../../wire/aws-error.ts";
import { requireBucket } from "../bucket.ts";
import { checkWriteConditions } from "../conditions.ts";
import { objects } from "../keys.ts";
import { checkVersionId, removeObject } from "../object.ts";
import type { S3Operation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject: S3Operation<"DeleteObject"> = async (ctx, input) => {
  checkVersionId(input.VersionId);
  for (const name of ["IfMatchSize", "IfMatchLastModifiedTime"] as const) {
    if (input[name] !== undefined) {
      throw notSupported("DeleteObject", name);
    }
  }
  await ctx.store.write((tx) => {
    requireBucket(tx, input);
    const existing = objects.get(tx, [input.Bucket, input.Key]);
    checkWriteConditions({ IfMatch: input.IfMatch }, input.Key, existing);
    removeObject(tx, ctx.blobs, input.Bucket, input.Key);
  });
  return {};
};
