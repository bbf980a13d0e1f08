/** What a delete does, by the versioning of the bucket. */
import type { WriteTx } from "../../store/store.ts";
import { notify } from "./notify.ts";
import { tellOf } from "./object.ts";
import { checkDeletable } from "./object-lock.ts";
import type { Writer } from "./ports.ts";
import {
  addDeleteMarker,
  findVersion,
  isDeleteMarker,
  NULL_VERSION,
  type ObjectPlace,
  removeVersion,
  versionIdOf,
} from "./version.ts";

export interface Deletion {
  /** The version that was to go. */
  readonly versionId?: string | undefined;
  /** The delete marker that was made, or that was the version to go. */
  readonly markerId?: string | undefined;
  /** A marker was made, and nothing removed. */
  readonly isMarkerNew?: boolean;
}

/**
 * What is not there is deleted already.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html
 */
export function deleteVersion(
  tx: WriteTx,
  ctx: Writer,
  place: ObjectPlace,
  options: { readonly versionId: string | undefined; readonly bypassesGovernance: boolean },
): Deletion {
  const { bucket } = place;
  const { versionId, bypassesGovernance } = options;
  if (versionId === undefined && bucket.versioning !== undefined) {
    const marker = addDeleteMarker(tx, ctx.blobs, place);
    tellOf(tx, ctx, place, marker, "ObjectRemoved:DeleteMarkerCreated");
    return { markerId: versionIdOf(marker), isMarkerNew: true };
  }
  const id = versionId ?? NULL_VERSION;
  const version = findVersion(tx, { bucket: bucket.name, key: place.key }, id);
  if (version === undefined) {
    return { versionId };
  }
  if (!isDeleteMarker(version)) {
    checkDeletable(version, { nowMs: tx.nowMs, bypassesGovernance });
  }
  removeVersion(tx, ctx.blobs, place, id);
  notify(tx, ctx, {
    ...{ name: "ObjectRemoved:Delete", bucket, key: place.key },
    versionId: bucket.versioning === undefined ? undefined : id,
  });
  return { versionId, markerId: isDeleteMarker(version) ? id : undefined };
}
