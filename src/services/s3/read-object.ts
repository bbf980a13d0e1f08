/** What GetObject and HeadObject have in common. */
import type { ReadTx } from "../../store/store.ts";
import type { GetObjectOutput } from "../../wire/models/s3.gen.ts";
import type { Input } from "../../wire/operations.ts";
import { type Bucket, requireBucket } from "./bucket.ts";
import { requestedRange } from "./byte-range.ts";
import { checksumFields } from "./checksum.ts";
import { checkReadConditions } from "./conditions.ts";
import { configurationIn } from "./configurations.ts";
import { slicesOf } from "./content.ts";
import { checkCustomerKey } from "./encryption.ts";
import { invalidObjectState } from "./errors.ts";
import { expirationHeader, expirationOf } from "./lifecycle.ts";
import { headOf, type StoredObject } from "./object.ts";
import { isReadable } from "./restore.ts";
import { requireObject, shownVersionId } from "./version.ts";

interface ReadObject {
  readonly head: GetObjectOutput;
  readonly slices: ReturnType<typeof slicesOf>;
}

export function readObject(
  tx: ReadTx,
  operation: "GetObject" | "HeadObject",
  input: Input<"s3", "GetObject" | "HeadObject">,
): ReadObject {
  const bucket = requireBucket(tx, input);
  const place = { bucket: input.Bucket, key: input.Key };
  const object = requireObject(tx, place, input.VersionId);
  checkCustomerKey(input, object.encryption);
  checkReadConditions(input, object);
  if (operation === "GetObject" && !isReadable(object, tx.nowMs)) {
    throw invalidObjectState(object.storageClass);
  }
  const range = requestedRange(input, object);
  const isWhole = range.endByte - range.startByte === object.sizeBytes;
  const wantsChecksum = input.ChecksumMode?.toUpperCase() === "ENABLED" && isWhole;
  const head = {
    ...headOf(object, tx.nowMs),
    ...(wantsChecksum ? checksumFields(object.checksum) : {}),
    VersionId: shownVersionId(bucket, object),
    Expiration: expirationIn(tx, bucket, input.Key, object),
    ContentLength: range.endByte - range.startByte,
    ContentRange: range.contentRange,
    PartsCount: range.partsCount,
  };
  return { head, slices: operation === "GetObject" ? slicesOf(tx, object.pieces, range) : [] };
}

/** When the lifecycle of the bucket says that a current version goes. */
export function expirationIn(
  tx: ReadTx,
  bucket: Bucket,
  key: string,
  object: StoredObject,
): string | undefined {
  if (bucket.hasLifecycle !== true || object.noncurrentMs !== undefined) {
    return undefined;
  }
  const lifecycle = configurationIn(tx, bucket.name, "lifecycle");
  const due = lifecycle && expirationOf(lifecycle, { ...object, key });
  return due && expirationHeader(due);
}
