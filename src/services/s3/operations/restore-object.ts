import { notSupported } from "../../../wire/aws-error.ts";
import { withStatus } from "../../../wire/write-rest.ts";
import { restoreNotAllowed } from "../configuration-errors.ts";
import { malformedXml } from "../errors.ts";
import { notify } from "../notify.ts";
import type { S3Operation } from "../ports.ts";
import { armRestore, isArchived, restoreOf } from "../restore.ts";
import { shownVersionId, versionIdOf } from "../version.ts";
import { changeVersion } from "../versioned.ts";

const ACCEPTED = 202;
const ALREADY_RESTORED = 200;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html */
export const restoreObject: S3Operation<"RestoreObject"> = async (ctx, input) => {
  const {
    Days: days,
    Tier,
    GlacierJobParameters,
    Type,
    OutputLocation,
  } = input.RestoreRequest ?? {};
  if (Type !== undefined || OutputLocation !== undefined) {
    throw notSupported("RestoreObject", "SELECT");
  }
  if (days === undefined || !Number.isInteger(days) || days < 1) {
    throw malformedXml();
  }
  const tier = GlacierJobParameters?.Tier ?? Tier ?? "Standard";
  const isThere = await ctx.store.write((tx) => {
    const { bucket, object } = changeVersion(tx, input, (found) => {
      if (!isArchived(found.object)) {
        throw restoreNotAllowed(found.object.storageClass);
      }
      return { restore: restoreOf(found.object, { tier, days, nowMs: tx.nowMs }) };
    });
    const { restore } = object;
    if (restore === undefined) {
      return false;
    }
    const place = { bucket: bucket.name, key: input.Key, versionId: versionIdOf(object) };
    const isReady = restore.readyMs <= tx.nowMs;
    armRestore(tx, isReady ? restore.expiryMs : restore.readyMs, place);
    if (!isReady) {
      notify(tx, ctx, {
        ...{ name: "ObjectRestore:Post", bucket, key: input.Key },
        sizeBytes: object.sizeBytes,
        etag: object.etag,
        versionId: shownVersionId(bucket, object),
        storageClass: object.storageClass,
      });
    }
    return isReady;
  });
  return withStatus({}, isThere ? ALREADY_RESTORED : ACCEPTED);
};
