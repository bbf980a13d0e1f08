/** Objects: what is kept of them beside their content. */
import type { WriteTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { GetObjectOutput } from "../../wire/models/s3.gen.ts";
import type { Grants } from "./acl.ts";
import type { StoredChecksum } from "./checksum.ts";
import type { Piece } from "./content.ts";
import { encryptionFields, type ObjectEncryption } from "./encryption.ts";
import { invalidStorageClass, keyTooLong, metadataTooLarge } from "./errors.ts";
import { KEY_BYTES_MAX, METADATA_BYTES_MAX } from "./limits.ts";
import { notify } from "./notify.ts";
import type { ObjectEventName } from "./object-event.ts";
import { lockFields, type ObjectLock } from "./object-lock.ts";
import type { Writer } from "./ports.ts";
import { type Restore, restoreHeader } from "./restore.ts";
import { type Tags, tagsOfHeader } from "./tags.ts";
import {
  addVersion,
  isDeleteMarker,
  type ObjectPlace,
  type StoredVersion,
  shownVersionId,
  type VersionPlace,
} from "./version.ts";

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

export interface StoredObject extends ObjectAttributes, VersionPlace, ObjectLock {
  /** Without quotes: the MD5 of the content; of several parts, that of their MD5s and how many. */
  readonly etag: string;
  readonly sizeBytes: number;
  /** Whole seconds, as AWS keeps it. */
  readonly modifiedMs: number;
  readonly pieces: readonly Piece[];
  readonly isMultipart: boolean;
  readonly checksum: StoredChecksum | undefined;
  /** Of an object that came in parts, in the order of its pieces. */
  readonly parts?: readonly ObjectPart[] | undefined;
  readonly tags: Tags;
  readonly encryption: ObjectEncryption;
  /** Who put it. */
  readonly accountId: string;
  /** Absent: the owner has full control, and nobody else any. */
  readonly grants?: Grants | undefined;
  readonly restore?: Restore | undefined;
  /** That the restored copy is there has been told. */
  readonly isRestoreTold?: boolean | undefined;
}

export interface ObjectPart {
  readonly number: number;
  readonly checksum: StoredChecksum | undefined;
}

/** An object that has no place among the versions yet. */
export type ObjectDraft = Omit<StoredObject, keyof VersionPlace>;

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
const STORAGE_CLASSES = [
  DEFAULT_STORAGE_CLASS,
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER_IR",
  "GLACIER",
  "DEEP_ARCHIVE",
];
/** Those of places that there are not. */
const FOREIGN_CLASSES = ["OUTPOSTS", "SNOW", "EXPRESS_ONEZONE"];

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
  if (FOREIGN_CLASSES.includes(storageClass)) {
    throw notSupported(operation, `StorageClass ${storageClass}`);
  }
  if (!STORAGE_CLASSES.includes(storageClass)) {
    throw invalidStorageClass(storageClass);
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

/** Makes an object the current version of its key, and tells whoever wants to know. */
export function storeObject(
  tx: WriteTx,
  ctx: Writer,
  place: ObjectPlace,
  draft: ObjectDraft,
  eventName: ObjectEventName,
): StoredObject {
  const object = addVersion(tx, ctx.blobs, place, draft);
  tellOf(tx, ctx, place, object, eventName);
  return object;
}

/** Of nothing: delete markers have it, in events alone. */
const EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e";

/** Tells of what happened to an object that is there. */
export function tellOf(
  tx: WriteTx,
  ctx: Writer,
  { bucket, key }: ObjectPlace,
  version: StoredVersion,
  name: ObjectEventName,
): void {
  notify(tx, ctx, {
    ...{ name, bucket, key },
    sizeBytes: isDeleteMarker(version) ? undefined : version.sizeBytes,
    etag: isDeleteMarker(version) ? EMPTY_MD5 : version.etag,
    versionId: shownVersionId(bucket, version),
  });
}

/** Times of objects are whole seconds. */
export function wholeSeconds(nowMs: number): number {
  return Math.floor(nowMs / 1000) * 1000;
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}

/** What reads of an object tell beside its content. */
export function headOf(object: StoredObject, nowMs: number): GetObjectOutput {
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
    StorageClass: object.storageClass === DEFAULT_STORAGE_CLASS ? undefined : object.storageClass,
    Metadata: object.metadata,
    TagCount: tagCount === 0 ? undefined : tagCount,
    Restore: restoreHeader(object, nowMs),
    ...encryptionFields(object.encryption),
    ...lockFields(object),
  };
}

/** Members of uploads that Millrace does not have, by what they ask for. */
interface UnsupportedInput {
  readonly ObjectLockEventHold?: string | undefined;
  readonly WriteOffsetBytes?: number | undefined;
}

const UNSUPPORTED = ["ObjectLockEventHold", "WriteOffsetBytes"] as const;

export function refuseUnsupported(operation: string, input: UnsupportedInput): void {
  for (const name of UNSUPPORTED) {
    if (input[name] !== undefined) {
      throw notSupported(operation, name);
    }
  }
}
