/**
 * Applies lifecycle rules, once a day at midnight UTC, a page of rows a transaction.
 *
 * A timer for each bucket that has rules; a run goes on by timers of its own until it has seen all
 * objects, all versions and all uploads in progress.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html
 */
import type { Key } from "../../base/ordered-key.ts";
import type { Blobs } from "../../store/blobs.ts";
import type { WriteTx } from "../../store/store.ts";
import type { Bucket } from "./bucket.ts";
import { configurationIn } from "./configurations.ts";
import { buckets, objects, uploads, versions } from "./keys.ts";
import {
  abortOf,
  expirationOf,
  isFor,
  type Lifecycle,
  markerExpires,
  nextMidnight,
  noncurrentExpires,
  noncurrentTransitionOf,
  transitionOf,
} from "./lifecycle.ts";
import { type Author, notify } from "./notify.ts";
import type { StoredObject } from "./object.ts";
import type { ObjectEventName } from "./object-event.ts";
import { isLocked } from "./object-lock.ts";
import { removeUpload } from "./upload.ts";
import {
  addDeleteMarker,
  isDeleteMarker,
  NULL_VERSION,
  removeVersion,
  type StoredVersion,
  shownVersionId,
  updateVersion,
  versionIdOf,
} from "./version.ts";

export const LIFECYCLE_TIMER = "s3.lifecycle";

/** Rows looked at in one transaction. */
const PAGE = 100;

export interface LifecyclePosition {
  readonly phase: "objects" | "versions" | "uploads";
  /** The last row that was looked at. */
  readonly after?: Key | undefined;
  readonly page: number;
}

const START: LifecyclePosition = { phase: "objects", page: 0 };
const NEXT_PHASE = { objects: "versions", versions: "uploads", uploads: undefined } as const;

interface Run {
  readonly tx: WriteTx;
  readonly blobs: Blobs;
  readonly author: Author;
  readonly bucket: Bucket;
  readonly lifecycle: Lifecycle;
}

/** To be called when a bucket gets rules; once armed it arms itself. */
export function armLifecycle(tx: WriteTx, bucket: string): void {
  tx.after({ dueMs: nextMidnight(tx.nowMs), kind: LIFECYCLE_TIMER, key: [bucket] });
}

export function onLifecycleTimer(
  tx: WriteTx,
  ports: { readonly blobs: Blobs; readonly author: Author },
  name: string,
  position: LifecyclePosition = START,
): void {
  const bucket = buckets.get(tx, [name]);
  const lifecycle = bucket && configurationIn(tx, name, "lifecycle");
  if (bucket === undefined || lifecycle === undefined) {
    return;
  }
  const run: Run = { tx, ...ports, bucket, lifecycle };
  const after = visitPage(run, position);
  const phase = after === undefined ? NEXT_PHASE[position.phase] : position.phase;
  if (phase === undefined) {
    armLifecycle(tx, name);
    return;
  }
  const next: LifecyclePosition = { phase, after, page: position.page + 1 };
  tx.after({ dueMs: tx.nowMs, kind: LIFECYCLE_TIMER, key: [name, next.page], payload: next });
}

/** The last row, unless there are no more. */
function visitPage(run: Run, { phase, after }: LifecyclePosition): Key | undefined {
  const range = { prefix: [run.bucket.name], after, limit: PAGE };
  const visitors = {
    objects: () =>
      [...objects.list(run.tx, range)].map(({ id, record }) => {
        visitCurrent(run, id[1] as string, record);
        return id;
      }),
    versions: () =>
      [...versions.list(run.tx, range)].map(({ id, record }) => {
        visitAside(run, id[1] as string, record);
        return id;
      }),
    uploads: () =>
      [...uploads.list(run.tx, range)].map(({ id, record }) => {
        const [, key = "", uploadId = ""] = id as readonly string[];
        const due = abortOf(run.lifecycle, { key, initiatedMs: record.initiatedMs });
        if (due !== undefined && due.atMs <= run.tx.nowMs) {
          const upload = { Bucket: run.bucket.name, Key: key, UploadId: uploadId };
          removeUpload(run.tx, run.blobs, upload);
        }
        return id;
      }),
  };
  const ids = visitors[phase]();
  return ids.length === PAGE ? ids.at(-1) : undefined;
}

function visitCurrent(run: Run, key: string, object: StoredObject): void {
  const { tx, blobs, bucket, lifecycle } = run;
  const ruled = { ...object, key };
  const due = expirationOf(lifecycle, ruled);
  if (due === undefined || due.atMs > tx.nowMs) {
    move(run, key, object, transitionOf(lifecycle, ruled, tx.nowMs));
    return;
  }
  if (bucket.versioning === undefined) {
    removeVersion(tx, blobs, { bucket, key }, NULL_VERSION);
    tell(run, "LifecycleExpiration:Delete", key, undefined);
  } else {
    const marker = addDeleteMarker(tx, blobs, { bucket, key });
    tell(run, "LifecycleExpiration:DeleteMarkerCreated", key, marker);
  }
}

function visitAside(run: Run, key: string, version: StoredVersion): void {
  const { tx, lifecycle, bucket } = run;
  const { noncurrentMs } = version;
  if (noncurrentMs === undefined) {
    const only = [...versions.list(tx, { prefix: [bucket.name, key], limit: 2 })].length === 1;
    const marker = { key, modifiedMs: isDeleteMarker(version) ? version.modifiedMs : 0 };
    if (only && markerExpires(lifecycle, marker, tx.nowMs)) {
      removeForGood(run, key, version);
    }
    return;
  }
  const ruled = isDeleteMarker(version) ? { key, sizeBytes: 0, tags: {} } : { ...version, key };
  const newerCount = (max: number): number => countNewer(run, key, version.order, max);
  const goes = lifecycle.rules.some(
    (rule) => isFor(rule, ruled) && noncurrentExpires(rule, noncurrentMs, newerCount, tx.nowMs),
  );
  if (goes) {
    removeForGood(run, key, version);
  } else if (!isDeleteMarker(version)) {
    const object = { ...version, key, noncurrentMs };
    move(run, key, version, noncurrentTransitionOf(lifecycle, object, newerCount, tx.nowMs));
  }
}

/** Noncurrent versions of a key that are newer than one, up to `max`. */
function countNewer({ tx, bucket }: Run, key: string, order: string, max: number): number {
  let count = 0;
  const range = { prefix: [bucket.name, key], until: [bucket.name, key, order], limit: max + 1 };
  for (const { record } of versions.list(tx, range)) {
    count += record.noncurrentMs === undefined ? 0 : 1;
  }
  return Math.min(count, max);
}

/** Versions that are locked stay, until a later run. */
function removeForGood(run: Run, key: string, version: StoredVersion): void {
  const { tx, blobs, bucket } = run;
  const lock = { nowMs: tx.nowMs, bypassesGovernance: false };
  if (!isDeleteMarker(version) && isLocked(version, lock)) {
    return;
  }
  removeVersion(tx, blobs, { bucket, key }, versionIdOf(version));
  tell(run, "LifecycleExpiration:Delete", key, version);
}

function move(run: Run, key: string, object: StoredObject, storageClass: string | undefined): void {
  if (storageClass === undefined) {
    return;
  }
  const moved = { ...object, storageClass };
  updateVersion(run.tx, { bucket: run.bucket.name, key }, moved);
  tell(run, "LifecycleTransition", key, moved);
}

function tell(
  { tx, author, bucket }: Run,
  name: ObjectEventName,
  key: string,
  version: StoredVersion | undefined,
): void {
  const isMoved = name === "LifecycleTransition";
  const object = version === undefined || isDeleteMarker(version) ? undefined : version;
  notify(tx, author, {
    ...{ name, bucket, key },
    versionId: version && shownVersionId(bucket, version),
    ...(isMoved && {
      sizeBytes: object?.sizeBytes,
      etag: object?.etag,
      storageClass: object?.storageClass,
    }),
  });
}
