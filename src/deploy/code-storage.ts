/**
 * Where packages wait for Lambda to fetch them: one bucket an account and region, and in it a prefix
 * a stack. Packages no deployment needs any more are removed, so it does not grow with each save.
 */
import { createHash } from "node:crypto";
import type { Caller, Dispatcher } from "../outbox/dispatcher.ts";
import { AwsError } from "../wire/aws-error.ts";
import type { CreateBucketConfiguration } from "../wire/models/s3.gen.ts";
import type { CodeBucket } from "./package/package-template.ts";

export interface CodeStorage extends CodeBucket {
  readonly bucket: string;
  readonly keyPrefix: string;
  /** Base64, as Lambda's `CodeSha256`. */
  sha256Of(key: string): Promise<string | undefined>;
  /** Removes every package of the stack but these. */
  keepOnly(keys: ReadonlySet<string>): Promise<void>;
}

export interface CodeStorageOptions {
  readonly dispatcher: Dispatcher;
  readonly caller: Caller;
  readonly stackName: string;
}

/** The one region whose buckets are made without naming it. */
const FIRST_REGION = "us-east-1";

export function createCodeStorage(options: CodeStorageOptions): CodeStorage {
  const { dispatcher, caller, stackName } = options;
  const bucket = `millrace-deployments-${caller.accountId}-${caller.region}`;
  const keyPrefix = `${stackName}/`;
  let ensured: Promise<void> | undefined;
  const headOf = (key: string) =>
    orMissing(
      dispatcher.call(caller, "s3", "HeadObject", {
        Bucket: bucket,
        Key: key,
        ChecksumMode: "ENABLED",
      }),
    );
  return {
    bucket,
    keyPrefix,
    hasObject: async (_bucket, key) => (await headOf(key)) !== undefined,
    sha256Of: async (key) => (await headOf(key))?.ChecksumSHA256,
    async putObject(_bucket, key, body) {
      ensured ??= ensureBucket(options, bucket);
      await ensured;
      await dispatcher.call(caller, "s3", "PutObject", {
        Bucket: bucket,
        Key: key,
        Body: once(body),
        ChecksumSHA256: createHash("sha256").update(body).digest("base64"),
      });
    },
    keepOnly: (keys) => keepOnly(options, { bucket, keyPrefix }, keys),
  };
}

async function ensureBucket({ dispatcher, caller }: CodeStorageOptions, bucket: string) {
  const found = await orMissing(dispatcher.call(caller, "s3", "HeadBucket", { Bucket: bucket }));
  if (found === undefined) {
    const configuration: { CreateBucketConfiguration?: CreateBucketConfiguration } =
      caller.region === FIRST_REGION
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: caller.region } };
    await dispatcher.call(caller, "s3", "CreateBucket", { Bucket: bucket, ...configuration });
  }
}

async function keepOnly(
  { dispatcher, caller }: CodeStorageOptions,
  place: { readonly bucket: string; readonly keyPrefix: string },
  keys: ReadonlySet<string>,
): Promise<void> {
  const Bucket = place.bucket;
  let ContinuationToken: string | undefined;
  do {
    const page = await orMissing(
      dispatcher.call(caller, "s3", "ListObjectsV2", {
        Bucket,
        Prefix: place.keyPrefix,
        ContinuationToken,
      }),
    );
    const Objects = (page?.Contents ?? [])
      .map(({ Key = "" }) => ({ Key }))
      .filter(({ Key }) => !keys.has(Key));
    if (Objects.length > 0) {
      await dispatcher.call(caller, "s3", "DeleteObjects", { Bucket, Delete: { Objects } });
    }
    ContinuationToken = page?.NextContinuationToken;
  } while (ContinuationToken !== undefined);
}

/** `undefined` when the bucket or the object does not exist. */
async function orMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof AwsError && error.status === 404) {
      return undefined;
    }
    throw error;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
