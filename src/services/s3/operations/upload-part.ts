import { requireBucket } from "../bucket.ts";
import { partChecksumFields } from "../checksum.ts";
import { checkDeclaredLength, receive } from "../content.ts";
import { checkCustomerKey, encryptionFields } from "../encryption.ts";
import { quoted } from "../object.ts";
import type { S3Operation } from "../ports.ts";
import { checkPartNumber, requireUpload, uploadedPartChecksum } from "../upload.ts";
import { storePart } from "../upload-parts.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export const uploadPart: S3Operation<"UploadPart"> = async (ctx, input) => {
  checkPartNumber(input.PartNumber);
  checkDeclaredLength(input.ContentLength);
  const upload = await ctx.store.read((tx) => {
    requireBucket(tx, input);
    const found = requireUpload(tx, input);
    checkCustomerKey(input, found.encryption);
    return found;
  });
  const wanted = {
    checksum: uploadedPartChecksum(upload, input),
    md5: input.ContentMD5,
    crc64: upload.checksum === undefined,
  };
  const received = await receive(ctx, input.Body, wanted);
  const part = await storePart(ctx, input, received);
  return {
    ETag: quoted(part.md5),
    ...encryptionFields(upload.encryption),
    ...partChecksumFields(part.checksum),
  };
};
