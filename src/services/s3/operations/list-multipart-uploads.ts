import type { Key } from "../../../base/ordered-key.ts";
import type { Input } from "../../../wire/operations.ts";
import { canonicalUser, requireBucket } from "../bucket.ts";
import { keyEncoding } from "../key-encoding.ts";
import { uploads } from "../keys.ts";
import { listedPrefixes } from "../list-output.ts";
import { behindId, behindMarker, pageSize, walk } from "../listing.ts";
import type { S3Operation } from "../ports.ts";

/** Source: https://github.com/versity/versitygw/issues/1794 */
const NO_INTEGER = "Provided max-uploads not an integer or within integer range";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export const listMultipartUploads: S3Operation<"ListMultipartUploads"> = async (ctx, input) => {
  const encode = keyEncoding(input.EncodingType);
  const limit = pageSize(input.MaxUploads, "max-uploads", NO_INTEGER);
  const { Prefix: prefix = "", Delimiter: delimiter = "" } = input;
  const from = startOf(input, { prefix, delimiter });
  const page = await ctx.store.read((tx) => {
    requireBucket(tx, input);
    return walk((range) => uploads.list(tx, range), {
      ...{ bucket: input.Bucket, prefix, delimiter, from, limit },
    });
  });
  const { last, isTruncated } = page;
  const [, lastKey = "", lastUploadId = ""] =
    typeof last === "string" ? ["", last] : ((last?.id ?? []) as readonly string[]);
  return {
    Bucket: input.Bucket,
    KeyMarker: encode(input.KeyMarker ?? ""),
    UploadIdMarker: input.UploadIdMarker ?? "",
    NextKeyMarker: isTruncated ? encode(lastKey) : undefined,
    NextUploadIdMarker: isTruncated ? lastUploadId : undefined,
    Prefix: encode(prefix),
    Delimiter: encode(delimiter || undefined),
    EncodingType: input.EncodingType,
    MaxUploads: limit,
    IsTruncated: isTruncated,
    Uploads: page.found.map(({ id, record }) => ({
      Key: encode(id[1] as string),
      UploadId: id[2] as string,
      Initiated: new Date(record.initiatedMs),
      StorageClass: record.storageClass,
      Owner: canonicalUser(record.accountId),
      Initiator: canonicalUser(record.accountId),
      ChecksumAlgorithm: record.checksum?.name,
      ChecksumType: record.checksum?.type,
    })),
    CommonPrefixes: listedPrefixes(encode, page.commonPrefixes),
  };
};

/** An upload id counts only together with a key. */
function startOf(
  input: Input<"s3", "ListMultipartUploads">,
  options: { readonly prefix: string; readonly delimiter: string },
): Key | undefined {
  const { KeyMarker: key, UploadIdMarker: uploadId } = input;
  if (!key) {
    return undefined;
  }
  return uploadId ? behindId([key, uploadId]) : behindMarker(key, options);
}
