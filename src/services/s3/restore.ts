/**
 * Archived objects: they can be read only while a copy of them is restored.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html
 */
import type { WriteTx } from "../../store/store.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { buckets } from "./keys.ts";
import { DAY_MS, midnightFrom } from "./lifecycle.ts";
import { type Author, notify } from "./notify.ts";
import type { StoredObject } from "./object.ts";
import {
  findVersion,
  isDeleteMarker,
  shownVersionId,
  updateVersion,
  versionIdOf,
} from "./version.ts";

export interface Restore {
  readonly readyMs: number;
  readonly expiryMs: number;
}

export const RESTORE_TIMER = "s3.restore";

const ARCHIVES = ["GLACIER", "DEEP_ARCHIVE"];
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** How long each tier takes, at the longest that AWS says. */
const RETRIEVAL_MS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  GLACIER: { Expedited: 5 * MINUTE_MS, Standard: 5 * HOUR_MS, Bulk: 12 * HOUR_MS },
  DEEP_ARCHIVE: { Standard: 12 * HOUR_MS, Bulk: 48 * HOUR_MS },
};

export function isArchived({ storageClass }: { readonly storageClass: string }): boolean {
  return ARCHIVES.includes(storageClass);
}

export function isReadable(object: StoredObject, nowMs: number): boolean {
  const { restore } = object;
  return !isArchived(object) || (restore !== undefined && isRestored(restore, nowMs));
}

function isRestored({ readyMs, expiryMs }: Restore, nowMs: number): boolean {
  return readyMs <= nowMs && nowMs < expiryMs;
}

/** The header that tells of it. */
export function restoreHeader({ restore }: StoredObject, nowMs: number): string | undefined {
  if (restore === undefined || nowMs >= restore.expiryMs) {
    return undefined;
  }
  return nowMs < restore.readyMs
    ? 'ongoing-request="true"'
    : `ongoing-request="false", expiry-date="${new Date(restore.expiryMs).toUTCString()}"`;
}

/** Throws for tiers that the storage class does not have. */
export function restoreOf(
  object: StoredObject,
  { tier, days, nowMs }: { readonly tier: string; readonly days: number; readonly nowMs: number },
): Restore {
  const { restore } = object;
  if (restore !== undefined && nowMs < restore.readyMs) {
    throw new AwsError({
      code: "RestoreAlreadyInProgress",
      message: "Object restore is already in progress",
      status: 409,
    });
  }
  if (restore !== undefined && isRestored(restore, nowMs)) {
    return { readyMs: restore.readyMs, expiryMs: midnightFrom(nowMs + days * DAY_MS) };
  }
  const takesMs = RETRIEVAL_MS[object.storageClass]?.[tier];
  if (takesMs === undefined) {
    throw new AwsError({
      code: "InvalidArgument",
      message: `Retrieval option is not supported by this storage class: ${tier}`,
    });
  }
  const readyMs = nowMs + takesMs;
  return { readyMs, expiryMs: midnightFrom(readyMs + days * DAY_MS) };
}

export interface RestoreTimer {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

export function armRestore(tx: WriteTx, dueMs: number, place: RestoreTimer): void {
  const { bucket, key, versionId } = place;
  tx.after({ dueMs, kind: RESTORE_TIMER, key: [bucket, key, versionId], payload: place });
}

/** The copy is there, or goes. Times may have moved since: then nothing happens. */
export function onRestoreTimer(tx: WriteTx, author: Author, place: RestoreTimer): void {
  const bucket = buckets.get(tx, [place.bucket]);
  const object = bucket && findVersion(tx, place, place.versionId);
  if (bucket === undefined || object === undefined || isDeleteMarker(object)) {
    return;
  }
  const { restore, ...archived } = object;
  if (restore === undefined) {
    return;
  }
  const event = {
    ...{ bucket, key: place.key, sizeBytes: object.sizeBytes, etag: object.etag },
    versionId: shownVersionId(bucket, object),
    storageClass: object.storageClass,
    restoreExpiryMs: restore.expiryMs,
  };
  if (tx.nowMs >= restore.expiryMs) {
    updateVersion(tx, place, archived);
    notify(tx, author, { ...event, name: "ObjectRestore:Delete" });
  } else if (tx.nowMs >= restore.readyMs) {
    armRestore(tx, restore.expiryMs, { ...place, versionId: versionIdOf(object) });
    if (object.isRestoreTold !== true) {
      updateVersion(tx, place, { ...object, isRestoreTold: true });
      notify(tx, author, { ...event, name: "ObjectRestore:Completed" });
    }
  }
}
