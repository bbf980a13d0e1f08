import { requireBucket } from "../bucket.ts";
import { checksumFields, wantedChecksum } from "../checksum.ts";
import { checkWriteConditions } from "../conditions.ts";
import { keep, keeping, receive } from "../content.ts";
import { objects } from "../keys.ts";
import {
  attributesOf,
  checkAcl,
  checkKey,
  putObjectRecord,
  quoted,
  refuseUnsupported,
  tagsOfUpload,
  wholeSeconds,
} from "../object.ts";
import type { S3Operation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject: S3Operation<"PutObject"> = async (ctx, input) => {
  checkKey(input.Key);
  refuseUnsupported("PutObject", input);
  const attributes = attributesOf("PutObject", input);
  const tags = tagsOfUpload(input.Tagging);
  const wanted = { checksum: wantedChecksum(input), md5: input.ContentMD5 };
  await ctx.store.read((tx) => {
    checkAcl("PutObject", requireBucket(tx, input), input);
    checkWriteConditions(input, input.Key, objects.get(tx, [input.Bucket, input.Key]));
  });
  const received = await receive(ctx, input.Body, wanted);
  await keeping(ctx, received, (tx) => {
    requireBucket(tx, input);
    checkWriteConditions(input, input.Key, objects.get(tx, [input.Bucket, input.Key]));
    const place = { bucket: input.Bucket, key: input.Key };
    putObjectRecord(tx, ctx.blobs, place, {
      ...attributes,
      etag: received.md5,
      sizeBytes: received.sizeBytes,
      modifiedMs: wholeSeconds(tx.nowMs),
      pieces: [keep(tx, ctx.blobs, received)],
      isMultipart: false,
      checksum: received.checksum,
      tags,
    });
  });
  return {
    ETag: quoted(received.md5),
    ServerSideEncryption: "AES256",
    ...checksumFields(received.checksum),
  };
};
