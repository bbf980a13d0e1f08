/** Buckets: their record, names, and who may name them as theirs. */
import { createHash } from "node:crypto";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type {
  DefaultRetention,
  OwnershipControls,
  PublicAccessBlockConfiguration,
  ServerSideEncryptionConfiguration,
} from "../../wire/models/s3.gen.ts";
import {
  accessDenied,
  type MissingConfiguration,
  missingConfiguration,
  noSuchBucket,
} from "./errors.ts";
import { buckets } from "./keys.ts";

export interface Bucket {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdMs: number;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly ownership?: OwnershipControls | undefined;
  readonly publicAccessBlock?: PublicAccessBlockConfiguration | undefined;
  readonly encryption: ServerSideEncryptionConfiguration;
  /** Absent until it is enabled for the first time. */
  readonly versioning?: "Enabled" | "Suspended" | undefined;
  readonly objectLock?: { readonly defaultRetention?: DefaultRetention | undefined } | undefined;
  readonly acceleration?: string | undefined;
  readonly payer?: string | undefined;
  /** Whether there is such a configuration: a request to an object then reads it. */
  readonly notifies?: boolean | undefined;
  readonly hasLifecycle?: boolean | undefined;
}

/** What an operation on a bucket says of it. */
export interface BucketInput {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string | undefined;
}

/**
 * What new buckets have.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
 */
export const PUBLIC_ACCESS_BLOCKED: PublicAccessBlockConfiguration = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html */
export const DEFAULT_ENCRYPTION: ServerSideEncryptionConfiguration = {
  Rules: [
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
      BucketKeyEnabled: false,
    },
  ],
};

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html */
export function isObjectOwnership(text: string): boolean {
  return ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"].includes(text);
}

const NAME = /^[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/;
const IP_ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const RESERVED_PREFIX = /^(?:xn--|sthree-|amzn-s3-demo-)/;
const RESERVED_SUFFIX = /(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function isBucketName(name: string): boolean {
  return (
    NAME.test(name) &&
    !IP_ADDRESS.test(name) &&
    !RESERVED_PREFIX.test(name) &&
    !RESERVED_SUFFIX.test(name)
  );
}

/** The bucket; throws unless it exists and belongs to whom the caller expects. */
export function requireBucket(tx: ReadTx, input: BucketInput): Bucket {
  const bucket = buckets.get(tx, [input.Bucket]);
  if (bucket === undefined) {
    throw noSuchBucket(input.Bucket);
  }
  if (input.ExpectedBucketOwner !== undefined && input.ExpectedBucketOwner !== bucket.accountId) {
    throw accessDenied();
  }
  return bucket;
}

/** The answer for a configuration that cannot be put. */
export function neverConfigured(tx: ReadTx, input: BucketInput, code: MissingConfiguration): never {
  requireBucket(tx, input);
  throw missingConfiguration(code, input.Bucket);
}

export function updateBucket(tx: WriteTx, input: BucketInput, change: Partial<Bucket>): void {
  buckets.put(tx, [input.Bucket], { ...requireBucket(tx, input), ...change });
}

export function bucketArn(name: string): string {
  return `arn:aws:s3:::${name}`;
}

/** A canonical user id has 64 hexadecimal digits; ours follow from the account. */
export function canonicalUser(accountId: string): { readonly ID: string } {
  return { ID: createHash("sha256").update(accountId).digest("hex") };
}
