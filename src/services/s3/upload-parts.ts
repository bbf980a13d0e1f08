/** Keeping a part that came in, from its uploader or from another object. */
import { drop, keep, keeping, type Received } from "./content.ts";
import { parts } from "./keys.ts";
import { wholeSeconds } from "./object.ts";
import type { S3Context } from "./ports.ts";
import { type Part, requireUpload, type UploadInput } from "./upload.ts";

/** A part of the same number is replaced. */
export function storePart(
  ctx: S3Context,
  input: UploadInput & { readonly PartNumber: number },
  received: Received,
): Promise<Part> {
  const id = [input.UploadId, input.PartNumber];
  return keeping(ctx, received, (tx) => {
    requireUpload(tx, input);
    const before = parts.get(tx, id);
    drop(tx, ctx.blobs, before === undefined ? [] : [before.piece]);
    const part: Part = {
      piece: keep(tx, ctx.blobs, received),
      md5: received.md5,
      modifiedMs: wholeSeconds(tx.nowMs),
      checksum: received.checksum,
      crc64: received.crc64,
    };
    parts.put(tx, id, part);
    return part;
  });
}
