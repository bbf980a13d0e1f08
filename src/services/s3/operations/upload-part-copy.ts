import type { ByteRange } from "../../../store/blobs.ts";
import { requireBucket } from "../bucket.ts";
import { partChecksumFields } from "../checksum.ts";
import { contentStream, receive, slicesOf } from "../content.ts";
import { checkCopySize, parseCopySource, requireSource } from "../copy-source.ts";
import { checkCustomerKey, encryptionFields } from "../encryption.ts";
import { invalidArgument } from "../errors.ts";
import { quoted } from "../object.ts";
import type { S3Operation } from "../ports.ts";
import { checkPartNumber, partChecksum, requireUpload } from "../upload.ts";
import { storePart } from "../upload-parts.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export const uploadPartCopy: S3Operation<"UploadPartCopy"> = async (ctx, input) => {
  checkPartNumber(input.PartNumber);
  const place = parseCopySource("UploadPartCopy", input.CopySource);
  const { upload, slices } = await ctx.store.read((tx) => {
    requireBucket(tx, input);
    const source = requireSource(tx, input, place);
    const range = copyRange(input.CopySourceRange, source.sizeBytes);
    checkCopySize(range.endByte - range.startByte);
    const found = requireUpload(tx, input);
    checkCustomerKey(input, found.encryption);
    return { upload: found, slices: slicesOf(tx, source.pieces, range) };
  });
  const content = contentStream(ctx.blobs, slices);
  const wanted = { checksum: partChecksum(upload, {}), crc64: upload.checksum === undefined };
  const received = await receive(ctx, content, wanted);
  const part = await storePart(ctx, input, received);
  return {
    ...encryptionFields(upload.encryption),
    CopyPartResult: {
      ETag: quoted(part.md5),
      LastModified: new Date(part.modifiedMs),
      ...partChecksumFields(part.checksum),
    },
  };
};

/** Unlike that of a read it must have both ends, within the source. */
function copyRange(header: string | undefined, sizeBytes: number): ByteRange {
  if (header === undefined) {
    return { startByte: 0, endByte: sizeBytes };
  }
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? [];
  const argument = { name: "x-amz-copy-source-range", value: header };
  if (first === undefined || last === undefined || Number(last) < Number(first)) {
    throw invalidArgument(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
      argument,
    );
  }
  if (Number(last) >= sizeBytes) {
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${sizeBytes}`,
      argument,
    );
  }
  return { startByte: Number(first), endByte: Number(last) + 1 };
}
