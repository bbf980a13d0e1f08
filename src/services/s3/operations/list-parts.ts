import { canonicalUser, requireBucket } from "../bucket.ts";
import { partChecksumFields } from "../checksum.ts";
import { invalidArgument } from "../errors.ts";
import { parts } from "../keys.ts";
import { pageSize } from "../listing.ts";
import { quoted } from "../object.ts";
import type { S3Operation } from "../ports.ts";
import { requireUpload } from "../upload.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export const listParts: S3Operation<"ListParts"> = async (ctx, input) => {
  const limit = pageSize(input.MaxParts, "max-parts");
  const marker = markerOf(input.PartNumberMarker || "0");
  const { upload, found } = await ctx.store.read((tx) => {
    requireBucket(tx, input);
    const after = { prefix: [input.UploadId], after: [input.UploadId, marker] };
    return {
      upload: requireUpload(tx, input),
      found: [...parts.list(tx, { ...after, limit: limit + 1 })],
    };
  });
  const page = found.slice(0, limit);
  const isTruncated = found.length > limit && limit > 0;
  const owner = canonicalUser(upload.accountId);
  return {
    Bucket: input.Bucket,
    Key: input.Key,
    UploadId: input.UploadId,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.id[1] ?? 0),
    MaxParts: limit,
    IsTruncated: isTruncated,
    Initiator: owner,
    Owner: owner,
    StorageClass: upload.storageClass,
    ChecksumAlgorithm: upload.checksum?.name,
    ChecksumType: upload.checksum?.type,
    Parts: page.map(({ id, record }) => ({
      PartNumber: id[1] as number,
      LastModified: new Date(record.modifiedMs),
      ETag: quoted(record.md5),
      Size: record.piece.sizeBytes,
      ...partChecksumFields(record.checksum),
    })),
  };
};

/** Source: https://github.com/versity/versitygw/issues/1383 */
function markerOf(text: string): number {
  const marker = Number(text);
  if (!/^\d+$/.test(text) || marker > 0x7fffffff) {
    const name = "part-number-marker";
    throw invalidArgument(`Argument ${name} must be an integer between 0 and 2147483647`, {
      ...{ name, value: text },
    });
  }
  return marker;
}
