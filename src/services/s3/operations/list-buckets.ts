import type { ReadTx } from "../../../store/store.ts";
import { type Bucket, bucketArn, canonicalUser } from "../bucket.ts";
import { invalidArgument } from "../errors.ts";
import { buckets } from "../keys.ts";
import { BUCKETS_PAGE_MAX } from "../limits.ts";
import type { S3Context, S3Operation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export const listBuckets: S3Operation<"ListBuckets"> = async (ctx, input) => {
  const limit = input.MaxBuckets ?? BUCKETS_PAGE_MAX;
  if (limit < 1 || limit > BUCKETS_PAGE_MAX) {
    throw invalidArgument(
      `Argument max-buckets must be an integer between 1 and ${BUCKETS_PAGE_MAX}`,
      { name: "max-buckets", value: limit },
    );
  }
  const after = tokenOf(input.ContinuationToken);
  const found = await ctx.store.read((tx) =>
    owned(tx, ctx, { prefix: input.Prefix ?? "", region: input.BucketRegion, after, limit }),
  );
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    Owner: canonicalUser(ctx.accountId),
    Buckets: page.map((bucket) => ({
      Name: bucket.name,
      CreationDate: new Date(bucket.createdMs),
      BucketRegion: bucket.region,
      BucketArn: bucketArn(bucket.name),
    })),
    Prefix: input.Prefix,
    ContinuationToken: last && Buffer.from(last.name).toString("base64url"),
  };
};

interface Wanted {
  readonly prefix: string;
  readonly region: string | undefined;
  readonly after: string | undefined;
  readonly limit: number;
}

/** One more than the limit, to tell whether there are more. */
function owned(tx: ReadTx, ctx: S3Context, wanted: Wanted): readonly Bucket[] {
  const found: Bucket[] = [];
  const { after, prefix, region, limit } = wanted;
  for (const { record } of buckets.list(tx, after === undefined ? {} : { after: [after] })) {
    const isWanted = record.name.startsWith(prefix) && record.region === (region ?? record.region);
    if (record.accountId === ctx.accountId && isWanted) {
      found.push(record);
    }
    if (found.length > limit) {
      break;
    }
  }
  return found;
}

function tokenOf(token: string | undefined): string | undefined {
  return token && Buffer.from(token, "base64url").toString("utf8");
}
