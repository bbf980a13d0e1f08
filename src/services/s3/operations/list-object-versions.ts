import { compareBytes, utf8Encode } from "../../../base/bytes.ts";
import type { Key } from "../../../base/ordered-key.ts";
import type { IdRange } from "../../../store/collection.ts";
import type { ReadTx } from "../../../store/store.ts";
import type { Input } from "../../../wire/operations.ts";
import { type Bucket, requireBucket } from "../bucket.ts";
import { invalidArgument } from "../errors.ts";
import { type EncodeKey, keyEncoding } from "../key-encoding.ts";
import { nullVersions, objects, versions } from "../keys.ts";
import { listedObject, listedPrefixes, ownerOf } from "../list-output.ts";
import { behindId, behindMarker, type Found, pageSize, walk } from "../listing.ts";
import type { S3Operation } from "../ports.ts";
import {
  checkVersionId,
  isDeleteMarker,
  NULL_VERSION,
  type StoredVersion,
  versionIdOf,
} from "../version.ts";

/** Source: https://github.com/versity/versitygw/issues/1809 */
const NEGATIVE = "max-keys cannot be negative";

/**
 * Every version and delete marker: by key, and of one key the newest first.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
export const listObjectVersions: S3Operation<"ListObjectVersions"> = async (ctx, input) => {
  const encode = keyEncoding(input.EncodingType);
  const limit = pageSize(input.MaxKeys, "max-keys", NEGATIVE);
  const { Prefix: prefix = "", Delimiter: delimiter = "", KeyMarker: marker = "" } = input;
  checkMarkers(input);
  const { bucket, page } = await ctx.store.read((tx) => ({
    bucket: requireBucket(tx, input),
    page: walk((range) => allVersions(tx, range), {
      ...{ bucket: input.Bucket, prefix, delimiter, limit },
      from: startOf(tx, input, { prefix, delimiter }),
    }),
  }));
  const { last, isTruncated } = page;
  const lastKey = typeof last === "string" ? last : (last?.id[1] as string | undefined);
  const lastVersion = typeof last === "string" ? undefined : last && versionIdOf(last.record);
  return {
    Name: input.Bucket,
    Prefix: encode(prefix),
    Delimiter: encode(delimiter || undefined),
    KeyMarker: encode(marker),
    VersionIdMarker: input.VersionIdMarker ?? "",
    NextKeyMarker: isTruncated ? encode(lastKey) : undefined,
    NextVersionIdMarker: isTruncated ? lastVersion : undefined,
    MaxKeys: limit,
    EncodingType: input.EncodingType,
    IsTruncated: isTruncated,
    Versions: page.found.flatMap((found) => listedVersion(encode, bucket, found)),
    DeleteMarkers: page.found.flatMap((found) => listedMarker(encode, bucket, found)),
    CommonPrefixes: listedPrefixes(encode, page.commonPrefixes),
  };
};

function listedVersion(encode: EncodeKey, bucket: Bucket, { id, record }: Found<StoredVersion>) {
  return isDeleteMarker(record)
    ? []
    : [
        {
          ...listedObject(encode, id[1] as string, record),
          ...ownerOf(bucket.accountId, true),
          VersionId: versionIdOf(record),
          IsLatest: record.noncurrentMs === undefined,
        },
      ];
}

function listedMarker(encode: EncodeKey, bucket: Bucket, { id, record }: Found<StoredVersion>) {
  return isDeleteMarker(record)
    ? [
        {
          Key: encode(id[1] as string),
          ...ownerOf(bucket.accountId, true),
          VersionId: versionIdOf(record),
          IsLatest: record.noncurrentMs === undefined,
          LastModified: new Date(record.modifiedMs),
        },
      ]
    : [];
}

/** Both collections as one, in the order of key and age; the ids have the version's order behind. */
function* allVersions(tx: ReadTx, range: IdRange): Generator<Found<StoredVersion>> {
  const current = objects.list(tx, range)[Symbol.iterator]();
  let next = current.next();
  for (const version of versions.list(tx, range)) {
    while (next.done !== true && !isBehind(next.value.id, version.id)) {
      yield withOrder(next.value);
      next = current.next();
    }
    yield version;
  }
  for (; next.done !== true; next = current.next()) {
    yield withOrder(next.value);
  }
}

function isBehind(id: Key, other: Key): boolean {
  const [a, b] = [id[1] as string, other[1] as string];
  return a !== b && compareBytes(utf8Encode(a), utf8Encode(b)) > 0;
}

function withOrder({ id, record }: Found<StoredVersion>): Found<StoredVersion> {
  return { id: [...id, record.order], record };
}

function checkMarkers({ KeyMarker, VersionIdMarker }: Input<"s3", "ListObjectVersions">): void {
  if (VersionIdMarker === undefined || VersionIdMarker === "") {
    return;
  }
  if (!KeyMarker) {
    throw invalidArgument("A version-id marker cannot be specified without a key marker.", {
      name: "version-id-marker",
      value: VersionIdMarker,
    });
  }
  checkVersionId(VersionIdMarker);
}

function startOf(
  tx: ReadTx,
  { Bucket, KeyMarker: key, VersionIdMarker: versionId }: Input<"s3", "ListObjectVersions">,
  options: { readonly prefix: string; readonly delimiter: string },
): Key | undefined {
  if (!key) {
    return undefined;
  }
  if (!versionId) {
    return behindMarker(key, options);
  }
  const order = versionId === NULL_VERSION ? orderOfNull(tx, Bucket, key) : versionId;
  return order === undefined ? behindMarker(key, options) : behindId([key, order]);
}

function orderOfNull(tx: ReadTx, bucket: string, key: string): string | undefined {
  const current = objects.get(tx, [bucket, key]);
  return current?.isNull ? current.order : nullVersions.get(tx, [bucket, key]);
}
