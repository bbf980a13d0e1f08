import { notSupported } from "../../../wire/aws-error.ts";
import { requireBucket } from "../bucket.ts";
import type { S3Operation } from "../ports.ts";
import { removeUpload, requireUpload } from "../upload.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export const abortMultipartUpload: S3Operation<"AbortMultipartUpload"> = async (ctx, input) => {
  if (input.IfMatchInitiatedTime !== undefined) {
    throw notSupported("AbortMultipartUpload", "IfMatchInitiatedTime");
  }
  await ctx.store.write((tx) => {
    requireBucket(tx, input);
    requireUpload(tx, input);
    removeUpload(tx, ctx.blobs, input);
  });
  return {};
};
