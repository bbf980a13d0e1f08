import type { WriteTx } from "../../../store/store.ts";
import { requireBucket } from "../bucket.ts";
import { clearConfigurations } from "../configurations.ts";
import { bucketNotEmpty } from "../errors.ts";
import { buckets, objects, policies, uploads, versions } from "../keys.ts";
import type { S3Operation } from "../ports.ts";
import { removeUpload } from "../upload.ts";

/** Uploads removed in one transaction. */
const UPLOADS_PER_WRITE = 10;

/** Uploads in progress go with their bucket. */
export const deleteBucket: S3Operation<"DeleteBucket"> = async (ctx, input) => {
  const name = input.Bucket;
  const step = (tx: WriteTx): boolean => {
    requireBucket(tx, input);
    for (const _object of objects.list(tx, { prefix: [name], limit: 1 })) {
      throw bucketNotEmpty(name);
    }
    for (const _version of versions.list(tx, { prefix: [name], limit: 1 })) {
      throw bucketNotEmpty(name, "You must delete all versions in the bucket.");
    }
    const some = [...uploads.list(tx, { prefix: [name], limit: UPLOADS_PER_WRITE })];
    for (const { id } of some) {
      const [, key, uploadId] = id as readonly string[];
      removeUpload(tx, ctx.blobs, { Bucket: name, Key: key ?? "", UploadId: uploadId ?? "" });
    }
    if (some.length === UPLOADS_PER_WRITE) {
      return false;
    }
    policies.delete(tx, [name]);
    clearConfigurations(tx, name);
    buckets.delete(tx, [name]);
    return true;
  };
  while (!(await ctx.store.write(step))) {
    // More uploads are left.
  }
};
