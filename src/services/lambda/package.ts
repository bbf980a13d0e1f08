/**
 * A function's package: from the bytes in the request or from S3 into a blob, unpacked once so that
 * a file that is no zip is refused at once, as AWS does.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html
 */
import { createHash } from "node:crypto";
import { toHex } from "../../base/bytes.ts";
import { CodePackageError } from "../../functions/code/zip-archive.ts";
import type { Settled, WriteTx } from "../../store/store.ts";
import { AwsError, notSupported } from "../../wire/aws-error.ts";
import type { Input } from "../../wire/operations.ts";
import { invalidParameterValue } from "./errors.ts";
import type { FunctionCode } from "./function.ts";
import { ZIP_BYTES_MAX } from "./limits.ts";
import type { StoredPackage } from "./package-use.ts";
import type { LambdaContext, ObjectAddress } from "./ports.ts";

export type PackageSource = Input<"lambda", "CreateFunction">["Code"];

/** Stores a package and runs a transaction that retains its blob, or lets go of it. */
export async function withPackage<T>(
  ctx: LambdaContext,
  operation: string,
  source: PackageSource,
  body: (tx: WriteTx, stored: StoredZip) => Settled<T>,
): Promise<T> {
  return withZip(ctx, await readPackage(ctx, operation, source), body);
}

export type PackagePorts = Pick<LambdaContext, "store" | "blobs" | "codeStore">;

/** The same for a package that is there already. */
export async function withZip<T>(
  ports: PackagePorts,
  zip: Uint8Array,
  body: (tx: WriteTx, stored: StoredZip) => Settled<T>,
): Promise<T> {
  const stored = await storePackage(ports, zip);
  try {
    return await ports.store.write<T>((tx) => body(tx, stored));
  } catch (error) {
    await ports.store.write((tx) => ports.blobs.release(tx, stored.blobId));
    throw error;
  }
}

export type StoredZip = StoredPackage & { readonly blobId: string };

async function storePackage(ctx: PackagePorts, zip: Uint8Array): Promise<StoredZip> {
  const digest = createHash("sha256").update(zip).digest();
  const unzippedBytes = await unpack(ctx, toHex(digest), zip);
  const blob = await ctx.blobs.write(zip);
  const sha256 = digest.toString("base64");
  return { blobId: blob.id, sizeBytes: zip.length, unzippedBytes, sha256 };
}

async function unpack(ctx: PackagePorts, hash: string, zip: Uint8Array): Promise<number> {
  try {
    await ctx.codeStore.unpack(hash, zip);
    return await ctx.codeStore.measure(zip);
  } catch (error) {
    throw error instanceof CodePackageError ? invalidParameterValue(error.message) : error;
  }
}

async function readPackage(
  ctx: LambdaContext,
  operation: string,
  source: PackageSource,
): Promise<Uint8Array> {
  refuseUnsupported(operation, source);
  const { ZipFile, S3Bucket, S3Key, S3ObjectVersion: version } = source;
  if (ZipFile !== undefined) {
    if (S3Bucket !== undefined || S3Key !== undefined || version !== undefined) {
      throw invalidParameterValue(
        "Please do not provide other FunctionCode parameters when providing a ZipFile.",
      );
    }
    return checkedZip(ZipFile);
  }
  if (S3Bucket === undefined || S3Key === undefined) {
    throw invalidParameterValue("Please provide a source for function code.");
  }
  return fetchZip(ctx, { bucket: S3Bucket, key: S3Key, version });
}

function checkedZip(zip: Uint8Array): Uint8Array {
  refuseEmpty(zip);
  if (zip.length > ZIP_BYTES_MAX) {
    throw new AwsError({
      code: "RequestEntityTooLargeException",
      message: `Zipped size must be smaller than ${ZIP_BYTES_MAX} bytes`,
      status: 413,
    });
  }
  return zip;
}

function refuseEmpty(zip: Uint8Array): void {
  if (zip.length === 0) {
    throw invalidParameterValue("Uploaded file must be a non-empty zip");
  }
}

/** What is in S3 may be larger than a request: only what it unpacks to is limited. */
async function fetchZip(ctx: LambdaContext, object: ObjectAddress): Promise<Uint8Array> {
  try {
    const { accountId, region, trace, abort } = ctx;
    const zip = await ctx.fetchObject(object, { accountId, region, trace, abort });
    refuseEmpty(zip);
    return zip;
  } catch (error) {
    if (error instanceof AwsError && S3_REFUSALS.test(error.code)) {
      throw invalidParameterValue(
        `Error occurred while GetObject. S3 Error Code: ${error.code}. ` +
          `S3 Error Message: ${error.message}`,
      );
    }
    throw error;
  }
}

/** What S3 says of a package that cannot be read; a delete marker answers `MethodNotAllowed`. */
const S3_REFUSALS = /^NoSuch|^AccessDenied$|^MethodNotAllowed$|^InvalidArgument$/;

function refuseUnsupported(operation: string, source: PackageSource): void {
  if ((source.S3ObjectStorageMode ?? "COPY") !== "COPY") {
    throw notSupported(operation, "S3ObjectStorageMode REFERENCE");
  }
}

export function architectureOf(
  given: readonly string[] | undefined,
): FunctionCode["architecture"] | undefined {
  const [architecture] = given ?? [];
  return architecture === undefined ? undefined : architecture === "arm64" ? "arm64" : "x86_64";
}
