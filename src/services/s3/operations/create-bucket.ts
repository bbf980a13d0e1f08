import { notSupported } from "../../../wire/aws-error.ts";
import type { Input } from "../../../wire/operations.ts";
import type { RequestContext } from "../../service.ts";
import { grantsOfNewBucket } from "../acl.ts";
import {
  type Bucket,
  bucketArn,
  DEFAULT_ENCRYPTION,
  isBucketName,
  isObjectOwnership,
  PUBLIC_ACCESS_BLOCKED,
} from "../bucket.ts";
import { putConfiguration } from "../configurations.ts";
import {
  bucketAlreadyExists,
  bucketAlreadyOwnedByYou,
  illegalLocationConstraint,
  invalidArgument,
  invalidBucketName,
  invalidLocationConstraint,
} from "../errors.ts";
import { buckets } from "../keys.ts";
import type { S3Operation } from "../ports.ts";
import { bucketTags } from "../tags.ts";

type CreateBucketInput = Input<"s3", "CreateBucket">;

/** The region that has no name as a location constraint. */
const FIRST_REGION = "us-east-1";
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export const createBucket: S3Operation<"CreateBucket"> = async (ctx, input) => {
  const bucket = bucketOf(ctx, input);
  const grants = grantsOfNewBucket(input, bucket);
  await ctx.store.write((tx) => {
    const existing = buckets.get(tx, [bucket.name]);
    if (existing === undefined) {
      buckets.put(tx, [bucket.name], bucket);
      if (grants !== undefined) {
        putConfiguration(tx, bucket.name, "acl", grants);
      }
    } else if (existing.accountId !== ctx.accountId) {
      throw bucketAlreadyExists(bucket.name);
    } else if (ctx.region !== FIRST_REGION || existing.region !== FIRST_REGION) {
      throw bucketAlreadyOwnedByYou(bucket.name);
    }
  });
  const isFirst = bucket.region === FIRST_REGION;
  return {
    Location: isFirst ? `/${bucket.name}` : `http://${bucket.name}.s3.amazonaws.com/`,
    BucketArn: bucketArn(bucket.name),
  };
};

function bucketOf(ctx: RequestContext, input: CreateBucketInput): Bucket {
  if (!isBucketName(input.Bucket)) {
    throw invalidBucketName(input.Bucket);
  }
  const ownership = input.ObjectOwnership ?? "BucketOwnerEnforced";
  if (!isObjectOwnership(ownership)) {
    throw invalidArgument(`Invalid x-amz-object-ownership header: ${ownership}`, {
      name: "x-amz-object-ownership",
      value: ownership,
    });
  }
  refuseUnsupported(input);
  const isLocked = input.ObjectLockEnabledForBucket === true;
  return {
    name: input.Bucket,
    accountId: ctx.accountId,
    region: regionOf(ctx.region, input.CreateBucketConfiguration?.LocationConstraint),
    createdMs: ctx.nowMs,
    tags: tagsOf(input),
    ownership: { Rules: [{ ObjectOwnership: ownership }] },
    publicAccessBlock: PUBLIC_ACCESS_BLOCKED,
    encryption: DEFAULT_ENCRYPTION,
    versioning: isLocked ? "Enabled" : undefined,
    objectLock: isLocked ? {} : undefined,
  };
}

function tagsOf(input: CreateBucketInput): Bucket["tags"] {
  const tags = input.CreateBucketConfiguration?.Tags;
  return tags === undefined ? undefined : bucketTags(tags);
}

function regionOf(region: string, constraint: string | undefined): string {
  if (constraint === undefined || constraint === "") {
    if (region !== FIRST_REGION) {
      throw illegalLocationConstraint(undefined);
    }
    return region;
  }
  const named = constraint === "EU" ? "eu-west-1" : constraint;
  if (!REGION.test(named) || named === FIRST_REGION) {
    throw invalidLocationConstraint(constraint);
  }
  if (region !== FIRST_REGION && region !== named) {
    throw illegalLocationConstraint(constraint);
  }
  return named;
}

function refuseUnsupported(input: CreateBucketInput): void {
  const { BucketNamespace, CreateBucketConfiguration: configuration } = input;
  if (BucketNamespace !== undefined && BucketNamespace !== "global") {
    throw notSupported("CreateBucket", `BucketNamespace ${BucketNamespace}`);
  }
  if (configuration?.Bucket !== undefined || configuration?.Location !== undefined) {
    throw notSupported("CreateBucket", "directory buckets");
  }
}
