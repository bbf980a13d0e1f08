import type { WriteTx } from "../../../store/store.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import type { DeletedObject, Error_, ObjectIdentifier } from "../../../wire/models/s3.gen.ts";
import { type Bucket, requireBucket } from "../bucket.ts";
import { checkDeleteConditions } from "../conditions.ts";
import { deleteVersion } from "../deletion.ts";
import { malformedXml } from "../errors.ts";
import { objects } from "../keys.ts";
import { PAGE_MAX } from "../limits.ts";
import { bypassOf } from "../object-lock.ts";
import type { S3Context, S3Operation } from "../ports.ts";
import { checkVersionId } from "../version.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const deleteObjects: S3Operation<"DeleteObjects"> = async (ctx, input) => {
  const { Objects: wanted, Quiet: isQuiet } = input.Delete;
  if (wanted.length === 0 || wanted.length > PAGE_MAX) {
    throw malformedXml();
  }
  const outcomes = await ctx.store.write((tx) => {
    const bucket = requireBucket(tx, input);
    const bypassesGovernance = bypassOf(input, bucket);
    return wanted.map((object) => removed(tx, ctx, { bucket, bypassesGovernance }, object));
  });
  return {
    Deleted: isQuiet === true ? [] : outcomes.filter((outcome) => !isError(outcome)),
    Errors: outcomes.filter(isError),
  };
};

function isError(outcome: Error_ | DeletedObject): outcome is Error_ {
  return "Code" in outcome;
}

/** What came of it, or what kept an object from being deleted. */
function removed(
  tx: WriteTx,
  ctx: S3Context,
  { bucket, bypassesGovernance }: { readonly bucket: Bucket; readonly bypassesGovernance: boolean },
  { Key, VersionId, ETag, Size, LastModifiedTime }: ObjectIdentifier,
): Error_ | DeletedObject {
  try {
    checkVersionId(VersionId);
    const conditions = {
      ...{ IfMatch: ETag, IfMatchSize: Size, IfMatchLastModifiedTime: LastModifiedTime },
      VersionId,
    };
    checkDeleteConditions(conditions, Key, objects.get(tx, [bucket.name, Key]));
    const done = deleteVersion(
      tx,
      ctx,
      { bucket, key: Key },
      { versionId: VersionId, bypassesGovernance },
    );
    return {
      ...{ Key, VersionId },
      DeleteMarker: done.markerId === undefined ? undefined : true,
      DeleteMarkerVersionId: done.markerId,
    };
  } catch (error) {
    if (error instanceof AwsError) {
      return { Key, VersionId, Code: error.code, Message: error.message };
    }
    throw error;
  }
}
