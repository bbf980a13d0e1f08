import type { WriteTx } from "../../../store/store.ts";
import { AwsError, notSupported } from "../../../wire/aws-error.ts";
import type { Error_, ObjectIdentifier } from "../../../wire/models/s3.gen.ts";
import type { Input } from "../../../wire/operations.ts";
import { requireBucket } from "../bucket.ts";
import { checkWriteConditions } from "../conditions.ts";
import { malformedXml } from "../errors.ts";
import { objects } from "../keys.ts";
import { PAGE_MAX } from "../limits.ts";
import { checkVersionId, removeObject } from "../object.ts";
import type { S3Context, S3Operation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const deleteObjects: S3Operation<"DeleteObjects"> = async (ctx, input) => {
  const { Objects: wanted, Quiet: isQuiet } = input.Delete;
  if (wanted.length === 0 || wanted.length > PAGE_MAX) {
    throw malformedXml();
  }
  const errors = await ctx.store.write((tx) => {
    requireBucket(tx, input);
    return wanted.map((object) => removed(tx, ctx, input, object));
  });
  const deleted = wanted.filter((_, at) => errors[at] === undefined);
  return {
    Deleted: isQuiet === true ? [] : deleted.map(({ Key, VersionId }) => ({ Key, VersionId })),
    Errors: errors.filter((error) => error !== undefined),
  };
};

/** What kept an object from being deleted. */
function removed(
  tx: WriteTx,
  ctx: S3Context,
  input: Input<"s3", "DeleteObjects">,
  { Key, VersionId, ETag, Size, LastModifiedTime }: ObjectIdentifier,
): Error_ | undefined {
  try {
    checkVersionId(VersionId);
    if (Size !== undefined || LastModifiedTime !== undefined) {
      throw notSupported("DeleteObjects", "a condition on Size or LastModifiedTime");
    }
    checkWriteConditions({ IfMatch: ETag }, Key, objects.get(tx, [input.Bucket, Key]));
    removeObject(tx, ctx.blobs, input.Bucket, Key);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) {
      return { Key, VersionId, Code: error.code, Message: error.message };
    }
    throw error;
  }
}
