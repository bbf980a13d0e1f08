import { requireBucket } from "../bucket.ts";
import { uploads } from "../keys.ts";
import { attributesOf, checkAcl, checkKey, refuseUnsupported, tagsOfUpload } from "../object.ts";
import type { S3Operation } from "../ports.ts";
import { type Upload, uploadChecksum } from "../upload.ts";

const UPLOAD_ID_BYTES = 48;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload: S3Operation<"CreateMultipartUpload"> = async (ctx, input) => {
  checkKey(input.Key);
  refuseUnsupported("CreateMultipartUpload", input);
  const upload: Upload = {
    ...attributesOf("CreateMultipartUpload", input),
    initiatedMs: ctx.nowMs,
    accountId: ctx.accountId,
    tags: tagsOfUpload(input.Tagging),
    checksum: uploadChecksum(input),
  };
  const uploadId = Buffer.from(ctx.random.bytes(UPLOAD_ID_BYTES)).toString("base64url");
  await ctx.store.write((tx) => {
    checkAcl("CreateMultipartUpload", requireBucket(tx, input), input);
    uploads.put(tx, [input.Bucket, input.Key, uploadId], upload);
  });
  return {
    Bucket: input.Bucket,
    Key: input.Key,
    UploadId: uploadId,
    ServerSideEncryption: "AES256",
    ChecksumAlgorithm: upload.checksum?.name,
    ChecksumType: upload.checksum?.type,
  };
};
