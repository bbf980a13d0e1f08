import { requireBucket } from "../bucket.ts";
import { checkDeleteConditions } from "../conditions.ts";
import { deleteVersion } from "../deletion.ts";
import { objects } from "../keys.ts";
import { bypassOf } from "../object-lock.ts";
import type { S3Operation } from "../ports.ts";
import { checkVersionId } from "../version.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject: S3Operation<"DeleteObject"> = async (ctx, input) => {
  checkVersionId(input.VersionId);
  return ctx.store.write((tx) => {
    const bucket = requireBucket(tx, input);
    const existing = objects.get(tx, [input.Bucket, input.Key]);
    checkDeleteConditions(input, input.Key, existing);
    const done = deleteVersion(
      tx,
      ctx,
      { bucket, key: input.Key },
      {
        versionId: input.VersionId,
        bypassesGovernance: bypassOf(input, bucket),
      },
    );
    return {
      VersionId: done.markerId ?? done.versionId,
      DeleteMarker: done.markerId === undefined ? undefined : true,
    };
  });
};
