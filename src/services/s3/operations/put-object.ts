import type { ReadTx } from "../../../store/store.ts";
import type { Input } from "../../../wire/operations.ts";
import { grantsOfUpload } from "../acl.ts";
import { type Bucket, requireBucket } from "../bucket.ts";
import { checksumFields, wantedOrDefault } from "../checksum.ts";
import { checkWriteConditions } from "../conditions.ts";
import { checkDeclaredLength, keep, keeping, receive } from "../content.ts";
import { encryptionFields, encryptionOf } from "../encryption.ts";
import { objects } from "../keys.ts";
import {
  attributesOf,
  checkKey,
  type ObjectDraft,
  quoted,
  refuseUnsupported,
  storeObject,
  tagsOfUpload,
  wholeSeconds,
} from "../object.ts";
import type { ObjectEventName } from "../object-event.ts";
import { lockOf } from "../object-lock.ts";
import type { S3Context, S3Operation } from "../ports.ts";
import { expirationIn } from "../read-object.ts";
import { shownVersionId } from "../version.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject: S3Operation<"PutObject"> = (ctx, input) =>
  takeObject(ctx, input, "ObjectCreated:Put");

/** PutObject, and the upload by a form, which differ in the event. */
export async function takeObject(
  ctx: S3Context,
  input: Input<"s3", "PutObject">,
  eventName: ObjectEventName,
): ReturnType<S3Operation<"PutObject">> {
  checkKey(input.Key);
  checkDeclaredLength(input.ContentLength);
  refuseUnsupported("PutObject", input);
  const attributes = attributesOf("PutObject", input);
  const tags = tagsOfUpload(input.Tagging);
  const wanted = { checksum: wantedOrDefault(input), md5: input.ContentMD5 };
  await ctx.store.read((tx) => {
    checkedSettings(tx, ctx, input);
  });
  const received = await receive(ctx, input.Body, wanted);
  return keeping(ctx, received, (tx) => {
    const { bucket, ...settings } = checkedSettings(tx, ctx, input);
    const draft: ObjectDraft = {
      ...attributes,
      ...settings,
      etag: received.md5,
      sizeBytes: received.sizeBytes,
      modifiedMs: wholeSeconds(tx.nowMs),
      pieces: [keep(tx, ctx.blobs, received)],
      isMultipart: false,
      checksum: received.checksum,
      tags,
    };
    const object = storeObject(tx, ctx, { bucket, key: input.Key }, draft, eventName);
    return {
      ETag: quoted(received.md5),
      VersionId: shownVersionId(bucket, object),
      Expiration: expirationIn(tx, bucket, input.Key, object),
      ...encryptionFields(object.encryption),
      ...checksumFields(received.checksum),
    };
  });
}

type Settings = Pick<
  ObjectDraft,
  "accountId" | "encryption" | "grants" | "retention" | "hasLegalHold"
> & { readonly bucket: Bucket };

/** What the bucket has a say in; looked at before content is received, and again with the write. */
function checkedSettings(tx: ReadTx, ctx: S3Context, input: Input<"s3", "PutObject">): Settings {
  const bucket = requireBucket(tx, input);
  checkWriteConditions(input, input.Key, objects.get(tx, [input.Bucket, input.Key]));
  return {
    bucket,
    accountId: ctx.accountId,
    encryption: encryptionOf(input, bucket),
    grants: grantsOfUpload(input, bucket, ctx.accountId),
    ...lockOf(input, bucket, tx.nowMs),
  };
}
