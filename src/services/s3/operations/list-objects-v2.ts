import type { Key } from "../../../base/ordered-key.ts";
import type { Input } from "../../../wire/operations.ts";
import { requireBucket } from "../bucket.ts";
import { invalidArgument } from "../errors.ts";
import { keyEncoding } from "../key-encoding.ts";
import { objects } from "../keys.ts";
import { listedObject, listedPrefixes, ownerOf } from "../list-output.ts";
import { behindMarker, pageSize, walk } from "../listing.ts";
import type { S3Operation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2: S3Operation<"ListObjectsV2"> = async (ctx, input) => {
  const encode = keyEncoding(input.EncodingType);
  const limit = pageSize(input.MaxKeys, "max-keys");
  const { Prefix: prefix = "", Delimiter: delimiter = "" } = input;
  const from = startOf(input, { prefix, delimiter });
  const { bucket, page } = await ctx.store.read((tx) => ({
    bucket: requireBucket(tx, input),
    page: walk((range) => objects.list(tx, range), {
      ...{ bucket: input.Bucket, prefix, delimiter, from, limit },
    }),
  }));
  return {
    Name: input.Bucket,
    Prefix: encode(prefix),
    Delimiter: encode(delimiter || undefined),
    StartAfter: encode(input.StartAfter),
    MaxKeys: limit,
    KeyCount: page.found.length + page.commonPrefixes.length,
    EncodingType: input.EncodingType,
    IsTruncated: page.isTruncated,
    ContinuationToken: input.ContinuationToken,
    NextContinuationToken: page.next && tokenOf(page.next),
    Contents: page.found.map(({ id, record }) => ({
      ...listedObject(encode, id[1] as string, record),
      ...ownerOf(bucket.accountId, input.FetchOwner === true),
    })),
    CommonPrefixes: listedPrefixes(encode, page.commonPrefixes),
  };
};

/** A token wins over a key to start after. */
function startOf(
  input: Input<"s3", "ListObjectsV2">,
  options: { readonly prefix: string; readonly delimiter: string },
): Key | undefined {
  const { ContinuationToken: token, StartAfter: after } = input;
  if (token !== undefined) {
    return [keyOfToken(token)];
  }
  return after === undefined || after === "" ? undefined : behindMarker(after, options);
}

function tokenOf([from]: Key): string {
  return Buffer.from(String(from)).toString("base64url");
}

function keyOfToken(token: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(token)) {
    throw invalidArgument("The continuation token provided is incorrect", {
      name: "continuation-token",
      value: token,
    });
  }
  return Buffer.from(token, "base64url").toString("utf8");
}
