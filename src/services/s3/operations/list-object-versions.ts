import { notSupported } from "../../../wire/aws-error.ts";
import { requireBucket } from "../bucket.ts";
import { keyEncoding } from "../key-encoding.ts";
import { objects } from "../keys.ts";
import { listedObject, listedPrefixes, ownerOf } from "../list-output.ts";
import { behindMarker, pageSize, walk } from "../listing.ts";
import type { S3Operation } from "../ports.ts";

/**
 * Without versioning every object has one version, the null version.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
export const listObjectVersions: S3Operation<"ListObjectVersions"> = async (ctx, input) => {
  const encode = keyEncoding(input.EncodingType);
  const limit = pageSize(input.MaxKeys, "max-keys");
  if (input.VersionIdMarker !== undefined && !["", "null"].includes(input.VersionIdMarker)) {
    throw notSupported("ListObjectVersions", "VersionIdMarker");
  }
  const { Prefix: prefix = "", Delimiter: delimiter = "", KeyMarker: marker = "" } = input;
  const from = marker === "" ? undefined : behindMarker(marker, { prefix, delimiter });
  const { bucket, page } = await ctx.store.read((tx) => ({
    bucket: requireBucket(tx, input),
    page: walk((range) => objects.list(tx, range), {
      ...{ bucket: input.Bucket, prefix, delimiter, from, limit },
    }),
  }));
  const { last, isTruncated } = page;
  const lastKey = typeof last === "string" ? last : (last?.id[1] as string | undefined);
  return {
    Name: input.Bucket,
    Prefix: encode(prefix),
    Delimiter: encode(delimiter || undefined),
    KeyMarker: encode(marker),
    VersionIdMarker: input.VersionIdMarker ?? "",
    NextKeyMarker: isTruncated ? encode(lastKey) : undefined,
    NextVersionIdMarker: isTruncated && typeof last !== "string" ? "null" : undefined,
    MaxKeys: limit,
    EncodingType: input.EncodingType,
    IsTruncated: isTruncated,
    Versions: page.found.map(({ id, record }) => ({
      ...listedObject(encode, id[1] as string, record),
      ...ownerOf(bucket.accountId, true),
      VersionId: "null",
      IsLatest: true,
    })),
    CommonPrefixes: listedPrefixes(encode, page.commonPrefixes),
  };
};
