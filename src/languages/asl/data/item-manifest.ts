/**
 * Manifests that list the files of a distributed Map, and the items of a listing.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
import { itemReaderFailed } from "./item-error.ts";
import type { ItemFormat } from "./items.ts";
import { isArray, isObject, type Json } from "./scope.ts";

export interface ManifestFile {
  readonly bucket: string;
  readonly key: string;
}

export interface InventoryManifest {
  readonly files: readonly ManifestFile[];
  /** Of each file, once unzipped. */
  readonly format: ItemFormat;
}

const BUCKET_ARN = "arn:aws:s3:::";

/**
 * The `manifest.json` of an S3 inventory, whose files are zipped CSV without headers.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
 * @throws DataError States.ItemReaderFailed, also for inventories in ORC and Parquet
 */
export function inventoryManifest(manifest: Json): InventoryManifest {
  const { destinationBucket, fileFormat, fileSchema, files } = isObject(manifest) ? manifest : {};
  if (typeof destinationBucket !== "string" || !isArray(files) || typeof fileSchema !== "string") {
    throw itemReaderFailed("The manifest is not that of an S3 inventory.");
  }
  if (fileFormat !== "CSV") {
    throw itemReaderFailed(
      `S3 inventories in the format ${JSON.stringify(fileFormat)} are not supported: only CSV.`,
    );
  }
  const bucket = destinationBucket.startsWith(BUCKET_ARN)
    ? destinationBucket.slice(BUCKET_ARN.length)
    : destinationBucket;
  const headers = fileSchema.split(",").map((name) => name.trim());
  return { files: files.map((file) => fileIn(bucket, file)), format: { kind: "CSV", headers } };
}

function fileIn(bucket: string, file: Json): ManifestFile {
  if (!isObject(file) || typeof file["key"] !== "string") {
    throw itemReaderFailed("A file of the manifest has no key.");
  }
  return { bucket, key: file["key"] };
}

/**
 * The manifest of Athena's `UNLOAD`: a line with an S3 URI for each data file.
 * Source: https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
 */
export function athenaManifest(text: string): readonly ManifestFile[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(fileOfUri);
}

function fileOfUri(uri: string): ManifestFile {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (bucket === undefined || key === undefined) {
    throw itemReaderFailed(`The manifest has a line that is no S3 URI: ${uri.slice(0, 200)}`);
  }
  return { bucket, key };
}

/** An object as `ListObjectsV2` lists it. */
export interface ListedObject {
  readonly key: string;
  /** With its quotes. */
  readonly eTag: string;
  readonly lastModifiedMs: number;
  readonly sizeBytes: number;
  readonly storageClass: string;
}

/** The item that AWS makes of a listed object; `Etag` is spelled so, and the time is in seconds. */
export function listedItem({
  key,
  eTag,
  lastModifiedMs,
  sizeBytes,
  storageClass,
}: ListedObject): Json {
  return {
    Etag: eTag,
    Key: key,
    LastModified: Math.floor(lastModifiedMs / 1000),
    Size: sizeBytes,
    StorageClass: storageClass,
  };
}
