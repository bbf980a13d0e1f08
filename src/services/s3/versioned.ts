/** Changes of what is kept beside the content of one version: its tags, its list, its lock. */
import type { ReadTx, WriteTx } from "../../store/store.ts";
import { type Bucket, type BucketInput, requireBucket } from "./bucket.ts";
import type { StoredObject } from "./object.ts";
import { requireObject, updateVersion } from "./version.ts";

export interface VersionInput extends BucketInput {
  readonly Key: string;
  readonly VersionId?: string | undefined;
}

export interface NamedVersion {
  readonly bucket: Bucket;
  readonly object: StoredObject;
}

export function requireVersion(tx: ReadTx, input: VersionInput): NamedVersion {
  const bucket = requireBucket(tx, input);
  const place = { bucket: input.Bucket, key: input.Key };
  return { bucket, object: requireObject(tx, place, input.VersionId) };
}

export function changeVersion(
  tx: WriteTx,
  input: VersionInput,
  change: (found: NamedVersion) => Partial<StoredObject>,
): NamedVersion {
  const found = requireVersion(tx, input);
  const object = { ...found.object, ...change(found) };
  updateVersion(tx, { bucket: input.Bucket, key: input.Key }, object);
  return { bucket: found.bucket, object };
}
