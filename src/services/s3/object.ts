/** Objects: what is kept of them beside their content. */
import type { Blobs } from "../../store/blobs.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { GetObjectOutput } from "../../wire/models/s3.gen.ts";
import { type Bucket, type BucketInput, requireBucket } from "./bucket.ts";
import type { StoredChecksum } from "./checksum.ts";
import { drop, type Piece } from "./content.ts";
import {
  aclNotSupported,
  invalidArgument,
  invalidStorageClass,
  keyTooLong,
  metadataTooLarge,
  noSuchKey,
} from "./errors.ts";
import { objects } from "./keys.ts";
import { KEY_BYTES_MAX, METADATA_BYTES_MAX } from "./limits.ts";
import { type Tags, tagsOfHeader } from "./tags.ts";

/** What the uploader says of an object. */
export interface ObjectAttributes {
  readonly contentType: string;
  readonly cacheControl?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentLanguage?: string | undefined;
  readonly expiresMs?: number | undefined;
  readonly redirectLocation?: string | undefined;
  readonly storageClass: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StoredObject extends ObjectAttributes {
  /** Without quotes: the MD5 of the content; of several parts, that of their MD5s and how many. */
  readonly etag: string;
  readonly sizeBytes: number;
  /** Whole seconds, as AWS keeps it. */
  readonly modifiedMs: number;
  readonly pieces: readonly Piece[];
  readonly isMultipart: boolean;
  readonly checksum: StoredChecksum | undefined;
  readonly tags: Tags;
}

export interface AttributesInput {
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentType?: string | undefined;
  readonly Expires?: Date | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
  readonly StorageClass?: string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
}

const DEFAULT_CONTENT_TYPE = "binary/octet-stream";
export const DEFAULT_STORAGE_CLASS = "STANDARD";
/** Those from which objects can be read at once. */
const STORAGE_CLASSES = [
  DEFAULT_STORAGE_CLASS,
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER_IR",
];
const ARCHIVE_CLASSES = ["GLACIER", "DEEP_ARCHIVE", "OUTPOSTS", "SNOW", "EXPRESS_ONEZONE"];

export function attributesOf(operation: string, input: AttributesInput): ObjectAttributes {
  return {
    contentType: input.ContentType || DEFAULT_CONTENT_TYPE,
    cacheControl: input.CacheControl,
    contentDisposition: input.ContentDisposition,
    contentEncoding: withoutChunking(input.ContentEncoding),
    contentLanguage: input.ContentLanguage,
    expiresMs: input.Expires?.getTime(),
    redirectLocation: input.WebsiteRedirectLocation,
    storageClass: storageClassOf(operation, input.StorageClass),
    metadata: metadataOf(input.Metadata ?? {}),
  };
}

/** The attributes alone, of something that has more. */
export function attributesFrom(source: ObjectAttributes): ObjectAttributes {
  return {
    contentType: source.contentType,
    cacheControl: source.cacheControl,
    contentDisposition: source.contentDisposition,
    contentEncoding: source.contentEncoding,
    contentLanguage: source.contentLanguage,
    expiresMs: source.expiresMs,
    redirectLocation: source.redirectLocation,
    storageClass: source.storageClass,
    metadata: source.metadata,
  };
}

/** `aws-chunked` is an encoding of the request, not of the object. */
function withoutChunking(encoding: string | undefined): string | undefined {
  const kept = encoding
    ?.split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "aws-chunked");
  return kept?.join(",") || undefined;
}

export function storageClassOf(operation: string, given: string | undefined): string {
  const storageClass = given ?? DEFAULT_STORAGE_CLASS;
  if (ARCHIVE_CLASSES.includes(storageClass)) {
    throw notSupported(operation, `StorageClass ${storageClass}`);
  }
  if (!STORAGE_CLASSES.includes(storageClass)) {
    throw invalidStorageClass();
  }
  return storageClass;
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
function metadataOf(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const metadata = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]),
  );
  let sizeBytes = 0;
  for (const [name, value] of Object.entries(metadata)) {
    sizeBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (sizeBytes > METADATA_BYTES_MAX) {
    throw metadataTooLarge(sizeBytes, METADATA_BYTES_MAX);
  }
  return metadata;
}

export function tagsOfUpload(header: string | undefined): Tags {
  return header === undefined ? {} : tagsOfHeader(header);
}

export function checkKey(key: string): void {
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > KEY_BYTES_MAX) {
    throw keyTooLong(sizeBytes, KEY_BYTES_MAX);
  }
}

/** Buckets here have no versions: the only one that can be named is the null version. */
export function checkVersionId(versionId: string | undefined): void {
  if (versionId !== undefined && versionId !== "null") {
    throw invalidArgument("Invalid version id specified", {
      name: "versionId",
      value: versionId,
    });
  }
}

export function requireObject(tx: ReadTx, bucket: string, key: string): StoredObject {
  const object = objects.get(tx, [bucket, key]);
  if (object === undefined) {
    throw noSuchKey(key);
  }
  return object;
}

export function putObjectRecord(
  tx: WriteTx,
  blobs: Blobs,
  place: { readonly bucket: string; readonly key: string },
  object: StoredObject,
): void {
  const id = [place.bucket, place.key];
  drop(tx, blobs, objects.get(tx, id)?.pieces ?? []);
  objects.put(tx, id, object);
}

/** Leaves alone what is not there. */
export function removeObject(tx: WriteTx, blobs: Blobs, bucket: string, key: string): void {
  const object = objects.get(tx, [bucket, key]);
  if (object !== undefined) {
    drop(tx, blobs, object.pieces);
    objects.delete(tx, [bucket, key]);
  }
}

export function retag(
  tx: WriteTx,
  input: BucketInput & { readonly Key: string },
  tags: Tags,
): void {
  requireBucket(tx, input);
  const object = requireObject(tx, input.Bucket, input.Key);
  objects.put(tx, [input.Bucket, input.Key], { ...object, tags });
}

/** Times of objects are whole seconds. */
export function wholeSeconds(nowMs: number): number {
  return Math.floor(nowMs / 1000) * 1000;
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}

/** What reads of an object tell beside its content. */
export function headOf(object: StoredObject): GetObjectOutput {
  const tagCount = Object.keys(object.tags).length;
  return {
    AcceptRanges: "bytes",
    LastModified: new Date(object.modifiedMs),
    ETag: quoted(object.etag),
    ContentType: object.contentType,
    CacheControl: object.cacheControl,
    ContentDisposition: object.contentDisposition,
    ContentEncoding: object.contentEncoding,
    ContentLanguage: object.contentLanguage,
    Expires: object.expiresMs === undefined ? undefined : new Date(object.expiresMs),
    WebsiteRedirectLocation: object.redirectLocation,
    ServerSideEncryption: "AES256",
    StorageClass: object.storageClass === DEFAULT_STORAGE_CLASS ? undefined : object.storageClass,
    Metadata: object.metadata,
    TagCount: tagCount === 0 ? undefined : tagCount,
  };
}

/** Members of uploads that Millrace does not have, by what they ask for. */
interface UnsupportedInput {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
  readonly ObjectLockEventHold?: string | undefined;
  readonly WriteOffsetBytes?: number | undefined;
}

const UNSUPPORTED = [
  "SSECustomerAlgorithm",
  "SSEKMSKeyId",
  "ObjectLockMode",
  "ObjectLockRetainUntilDate",
  "ObjectLockLegalHoldStatus",
  "ObjectLockEventHold",
  "WriteOffsetBytes",
] as const;

export function refuseUnsupported(operation: string, input: UnsupportedInput): void {
  for (const name of UNSUPPORTED) {
    if (input[name] !== undefined) {
      throw notSupported(operation, name);
    }
  }
  const encryption = input.ServerSideEncryption;
  if (encryption !== undefined && encryption !== "AES256") {
    throw notSupported(operation, `ServerSideEncryption ${encryption}`);
  }
}

export interface AclInput {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

/**
 * Access control lists that say no more than "the owner" are accepted.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
export function checkAcl(operation: string, bucket: Bucket, input: AclInput): void {
  const { ACL, GrantFullControl, GrantRead, GrantReadACP, GrantWriteACP } = input;
  const hasGrant = [GrantFullControl, GrantRead, GrantReadACP, GrantWriteACP].some(Boolean);
  if ((ACL === undefined || ACL === "bucket-owner-full-control") && !hasGrant) {
    return;
  }
  if (bucket.ownership?.Rules[0]?.ObjectOwnership === "BucketOwnerEnforced") {
    throw aclNotSupported();
  }
  if (ACL !== "private" || hasGrant) {
    throw notSupported(operation, hasGrant ? "grants" : `ACL ${ACL}`);
  }
}
