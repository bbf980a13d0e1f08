/**
 * Versions of objects.
 *
 * | the bucket's versioning | a write keeps                        | a delete without a version id         |
 * |-------------------------|--------------------------------------|---------------------------------------|
 * | never enabled           | nothing: the null version is replaced | removes the object                    |
 * | Enabled                 | every version                        | puts a delete marker on top           |
 * | Suspended               | all but the null version             | replaces the null version by a marker |
 *
 * The current version, when it is an object, is the row in `objects`; everything else, a current
 * delete marker included, is in `versions`, newest first. A version's id is its place there, but
 * for the null version, whose place `nullVersions` knows.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
 */
import type { Blobs } from "../../store/blobs.ts";
import type { ReadTx, WriteTx } from "../../store/store.ts";
import type { Bucket } from "./bucket.ts";
import { drop } from "./content.ts";
import { deleteMarkerIsNotAllowed, invalidVersionId, noSuchKey, noSuchVersion } from "./errors.ts";
import { nullVersions, objects, versions } from "./keys.ts";
import type { ObjectDraft, StoredObject } from "./object.ts";

export const NULL_VERSION = "null";

/** What every version has. */
export interface VersionPlace {
  /** Sorts in front of every earlier version of its key; outside of this file, see `versionIdOf`. */
  readonly order: string;
  readonly isNull: boolean;
  /** When it ceased to be the current one. */
  readonly noncurrentMs?: number | undefined;
}

export interface DeleteMarker extends VersionPlace {
  readonly isDeleteMarker: true;
  readonly modifiedMs: number;
}

export type StoredVersion = StoredObject | DeleteMarker;

export interface ObjectPlace {
  readonly bucket: Bucket;
  readonly key: string;
}

export function isDeleteMarker(version: StoredVersion): version is DeleteMarker {
  return "isDeleteMarker" in version;
}

export function versionIdOf(version: VersionPlace): string {
  return version.isNull ? NULL_VERSION : version.order;
}

/** For answers: buckets that never had versioning tell no version ids. */
export function shownVersionId(bucket: Bucket, version: VersionPlace): string | undefined {
  return bucket.versioning === undefined ? undefined : versionIdOf(version);
}

const DIGITS = "0123456789abcdefghijklmnopqrstuv";
const VERSION_ID = /^[0-9a-v]{20}$/;

/** The digits of an ordered id turned round, so that the latest comes first. */
function newOrder(tx: WriteTx): string {
  return Array.from(
    tx.orderedId(),
    (digit) => DIGITS[DIGITS.length - 1 - DIGITS.indexOf(digit)] ?? "",
  ).join("");
}

export function checkVersionId(versionId: string | undefined): void {
  if (versionId !== undefined && versionId !== NULL_VERSION && !VERSION_ID.test(versionId)) {
    throw invalidVersionId(versionId);
  }
}

/** The version that is named, or the current one; `undefined` when there is none. */
export function findVersion(
  tx: ReadTx,
  { bucket, key }: { readonly bucket: string; readonly key: string },
  versionId: string | undefined,
): StoredVersion | undefined {
  const current = objects.get(tx, [bucket, key]);
  if (versionId === undefined) {
    return current ?? newestOf(tx, bucket, key);
  }
  if (current !== undefined && versionIdOf(current) === versionId) {
    return current;
  }
  const order =
    versionId === NULL_VERSION ? nullVersions.get(tx, [bucket, key]) : (versionId as string);
  return order === undefined ? undefined : versions.get(tx, [bucket, key, order]);
}

/** Throws what AWS answers for versions that are not there, or are delete markers. */
export function requireObject(
  tx: ReadTx,
  place: { readonly bucket: string; readonly key: string },
  versionId?: string | undefined,
): StoredObject {
  checkVersionId(versionId);
  const found = findVersion(tx, place, versionId);
  if (found === undefined) {
    throw versionId === undefined ? noSuchKey(place.key) : noSuchVersion(place.key, versionId);
  }
  if (!isDeleteMarker(found)) {
    return found;
  }
  const id = versionIdOf(found);
  throw versionId === undefined
    ? noSuchKey(place.key, id)
    : deleteMarkerIsNotAllowed(id, found.modifiedMs);
}

/** Makes `draft` the current version, and keeps of the earlier ones what the bucket keeps. */
export function addVersion(
  tx: WriteTx,
  blobs: Blobs,
  { bucket, key }: ObjectPlace,
  draft: ObjectDraft,
): StoredObject {
  makeRoom(tx, blobs, { bucket, key });
  const isNull = bucket.versioning !== "Enabled";
  const object: StoredObject = { ...draft, order: newOrder(tx), isNull };
  objects.put(tx, [bucket.name, key], object);
  return object;
}

export function addDeleteMarker(tx: WriteTx, blobs: Blobs, place: ObjectPlace): DeleteMarker {
  const { bucket, key } = place;
  makeRoom(tx, blobs, place);
  objects.delete(tx, [bucket.name, key]);
  const marker: DeleteMarker = {
    isDeleteMarker: true,
    order: newOrder(tx),
    isNull: bucket.versioning !== "Enabled",
    modifiedMs: Math.floor(tx.nowMs / 1000) * 1000,
  };
  putAside(tx, place, marker);
  return marker;
}

/** The current version steps back; where versioning is not enabled, the null version goes. */
function makeRoom(tx: WriteTx, blobs: Blobs, place: ObjectPlace): void {
  const { bucket, key } = place;
  const current = objects.get(tx, [bucket.name, key]);
  if (bucket.versioning !== "Enabled") {
    if (current?.isNull) {
      drop(tx, blobs, current.pieces);
      return;
    }
    removeAside(tx, blobs, place, NULL_VERSION);
  }
  const newest = current ?? newestOf(tx, bucket.name, key);
  if (newest !== undefined && newest.noncurrentMs === undefined) {
    putAside(tx, place, { ...newest, noncurrentMs: tx.nowMs });
  }
}

/** Removes one version for good; the newest of the others becomes the current one. */
export function removeVersion(
  tx: WriteTx,
  blobs: Blobs,
  place: ObjectPlace,
  versionId: string,
): void {
  const { bucket, key } = place;
  const id = [bucket.name, key];
  const current = objects.get(tx, id);
  if (current !== undefined && versionIdOf(current) === versionId) {
    drop(tx, blobs, current.pieces);
    objects.delete(tx, id);
  } else {
    removeAside(tx, blobs, place, versionId);
  }
  if (objects.get(tx, id) === undefined) {
    promote(tx, place);
  }
}

function promote(tx: WriteTx, place: ObjectPlace): void {
  const newest = newestOf(tx, place.bucket.name, place.key);
  if (newest === undefined) {
    return;
  }
  const { noncurrentMs: _, ...current } = newest;
  if (isDeleteMarker(newest)) {
    putAside(tx, place, current as DeleteMarker);
    return;
  }
  versions.delete(tx, [place.bucket.name, place.key, newest.order]);
  if (newest.isNull) {
    nullVersions.delete(tx, [place.bucket.name, place.key]);
  }
  objects.put(tx, [place.bucket.name, place.key], current as StoredObject);
}

/** Puts back a version whose description changed. */
export function updateVersion(
  tx: WriteTx,
  place: { readonly bucket: string; readonly key: string },
  object: StoredObject,
): void {
  const { bucket, key } = place;
  if (object.noncurrentMs === undefined) {
    objects.put(tx, [bucket, key], object);
  } else {
    versions.put(tx, [bucket, key, object.order], object);
  }
}

function putAside(tx: WriteTx, { bucket, key }: ObjectPlace, version: StoredVersion): void {
  versions.put(tx, [bucket.name, key, version.order], version);
  if (version.isNull) {
    nullVersions.put(tx, [bucket.name, key], version.order);
  }
}

function removeAside(
  tx: WriteTx,
  blobs: Blobs,
  { bucket, key }: ObjectPlace,
  versionId: string,
): void {
  const isNull = versionId === NULL_VERSION;
  const order = isNull ? nullVersions.get(tx, [bucket.name, key]) : versionId;
  const version = order === undefined ? undefined : versions.get(tx, [bucket.name, key, order]);
  if (version === undefined) {
    return;
  }
  drop(tx, blobs, isDeleteMarker(version) ? [] : version.pieces);
  versions.delete(tx, [bucket.name, key, version.order]);
  if (isNull) {
    nullVersions.delete(tx, [bucket.name, key]);
  }
}

function newestOf(tx: ReadTx, bucket: string, key: string): StoredVersion | undefined {
  for (const { record } of versions.list(tx, { prefix: [bucket, key], limit: 1 })) {
    return record;
  }
  return undefined;
}
