import { grantsOfUpload } from "../acl.ts";
import { requireBucket } from "../bucket.ts";
import { configurationIn } from "../configurations.ts";
import { encryptionFields, encryptionOf } from "../encryption.ts";
import { uploads } from "../keys.ts";
import { abortOf } from "../lifecycle.ts";
import { attributesOf, checkKey, refuseUnsupported, tagsOfUpload } from "../object.ts";
import { lockOf } from "../object-lock.ts";
import type { S3Operation } from "../ports.ts";
import { type Upload, uploadChecksum } from "../upload.ts";

const UPLOAD_ID_BYTES = 48;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload: S3Operation<"CreateMultipartUpload"> = async (ctx, input) => {
  checkKey(input.Key);
  refuseUnsupported("CreateMultipartUpload", input);
  const attributes = {
    ...attributesOf("CreateMultipartUpload", input),
    initiatedMs: ctx.nowMs,
    accountId: ctx.accountId,
    tags: tagsOfUpload(input.Tagging),
    checksum: uploadChecksum(input),
  };
  const uploadId = Buffer.from(ctx.random.bytes(UPLOAD_ID_BYTES)).toString("base64url");
  return ctx.store.write((tx) => {
    const bucket = requireBucket(tx, input);
    const upload: Upload = {
      ...attributes,
      encryption: encryptionOf(input, bucket),
      lock: lockOf(input, bucket, tx.nowMs),
      grants: grantsOfUpload(input, bucket, ctx.accountId),
    };
    uploads.put(tx, [input.Bucket, input.Key, uploadId], upload);
    const lifecycle = configurationIn(tx, bucket.name, "lifecycle");
    const abort = lifecycle && abortOf(lifecycle, { key: input.Key, initiatedMs: ctx.nowMs });
    return {
      Bucket: input.Bucket,
      Key: input.Key,
      UploadId: uploadId,
      AbortDate: abort && new Date(abort.atMs),
      AbortRuleId: abort?.ruleId,
      ChecksumAlgorithm: upload.checksum?.name,
      ChecksumType: upload.checksum?.type,
      ...encryptionFields(upload.encryption),
    };
  });
};
