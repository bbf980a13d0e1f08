import { notSupported } from "../../../wire/aws-error.ts";
import { requireBucket } from "../bucket.ts";
import { checkWriteConditions } from "../conditions.ts";
import { deleteVersion } from "../deletion.ts";
import { objects } from "../keys.ts";
import type { S3Operation } from "../ports.ts";
import { checkVersionId } from "../version.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject: S3Operation<"DeleteObject"> = async (ctx, input) => {
  checkVersionId(input.VersionId);
  for (const name of ["IfMatchSize", "IfMatchLastModifiedTime"] as const) {
    if (input[name] !== undefined) {
      throw notSupported("DeleteObject", name);
    }
  }
  return ctx.store.write((tx) => {
    const bucket = requireBucket(tx, input);
    const existing = objects.get(tx, [input.Bucket, input.Key]);
    checkWriteConditions({ IfMatch: input.IfMatch }, input.Key, existing);
    const done = deleteVersion(
      tx,
      ctx,
      { bucket, key: input.Key },
      {
        versionId: input.VersionId,
        bypassesGovernance: input.BypassGovernanceRetention === true,
      },
    );
    return {
      VersionId: done.markerId ?? done.versionId,
      DeleteMarker: done.markerId === undefined ? undefined : true,
    };
  });
};
