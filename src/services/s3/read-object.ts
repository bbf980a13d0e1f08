/** What GetObject and HeadObject have in common. */
import type { ReadTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { GetObjectOutput } from "../../wire/models/s3.gen.ts";
import type { Input } from "../../wire/operations.ts";
import { requireBucket } from "./bucket.ts";
import { requestedRange } from "./byte-range.ts";
import { checksumFields } from "./checksum.ts";
import { checkReadConditions } from "./conditions.ts";
import { slicesOf } from "./content.ts";
import { checkVersionId, headOf, requireObject } from "./object.ts";

interface ReadObject {
  readonly head: GetObjectOutput;
  readonly slices: ReturnType<typeof slicesOf>;
}

export function readObject(
  tx: ReadTx,
  operation: "GetObject" | "HeadObject",
  input: Input<"s3", "GetObject" | "HeadObject">,
): ReadObject {
  requireBucket(tx, input);
  checkVersionId(input.VersionId);
  if (input.SSECustomerAlgorithm !== undefined) {
    throw notSupported(operation, "SSECustomerAlgorithm");
  }
  const object = requireObject(tx, input.Bucket, input.Key);
  checkReadConditions(input, object);
  const range = requestedRange(input, object);
  const isWhole = range.endByte - range.startByte === object.sizeBytes;
  const wantsChecksum = input.ChecksumMode?.toUpperCase() === "ENABLED" && isWhole;
  const head = {
    ...headOf(object),
    ...(wantsChecksum ? checksumFields(object.checksum) : {}),
    ContentLength: range.endByte - range.startByte,
    ContentRange: range.contentRange,
    PartsCount: range.partsCount,
  };
  return { head, slices: operation === "GetObject" ? slicesOf(tx, object.pieces, range) : [] };
}
