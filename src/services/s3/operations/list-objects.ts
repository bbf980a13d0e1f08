import { requireBucket } from "../bucket.ts";
import { keyEncoding } from "../key-encoding.ts";
import { objects } from "../keys.ts";
import { listedObject, listedPrefixes, ownerOf } from "../list-output.ts";
import { behindMarker, pageSize, walk } from "../listing.ts";
import type { S3Operation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export const listObjects: S3Operation<"ListObjects"> = async (ctx, input) => {
  const encode = keyEncoding(input.EncodingType);
  const limit = pageSize(input.MaxKeys, "max-keys");
  const { Prefix: prefix = "", Delimiter: delimiter = "", Marker: marker = "" } = input;
  const from = marker === "" ? undefined : behindMarker(marker, { prefix, delimiter });
  const { bucket, page } = await ctx.store.read((tx) => ({
    bucket: requireBucket(tx, input),
    page: walk((range) => objects.list(tx, range), {
      ...{ bucket: input.Bucket, prefix, delimiter, from, limit },
    }),
  }));
  const last = typeof page.last === "string" ? page.last : (page.last?.id[1] as string | undefined);
  return {
    Name: input.Bucket,
    Prefix: encode(prefix),
    Marker: encode(marker),
    Delimiter: encode(delimiter || undefined),
    MaxKeys: limit,
    EncodingType: input.EncodingType,
    IsTruncated: page.isTruncated,
    // Without a delimiter callers go on from the last key.
    NextMarker: page.isTruncated && delimiter !== "" ? encode(last) : undefined,
    Contents: page.found.map(({ id, record }) => ({
      ...listedObject(encode, id[1] as string, record),
      ...ownerOf(bucket.accountId, true),
    })),
    CommonPrefixes: listedPrefixes(encode, page.commonPrefixes),
  };
};
