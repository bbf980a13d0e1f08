/**
 * The key layout of S3.
 *
 * | key                                    | value                                           |
 * |----------------------------------------|-------------------------------------------------|
 * | s3 bucket, name                        | `Bucket`                                        |
 * | s3 policy, bucket                      | the text of the bucket policy                   |
 * | s3 object, bucket, key                 | `StoredObject`: all but the content             |
 * | s3 content, content id                 | content of up to `INLINE_BYTES_MAX` bytes       |
 * | s3 upload, bucket, key, upload id      | `Upload`: a multipart upload in progress        |
 * | s3 part, upload id, part number        | `Part`                                          |
 *
 * Bucket names are unique across accounts, as on AWS. Keys are ordered by their UTF-8 bytes, which
 * is the order of listings. Content is kept apart from what a listing reads; larger content is in
 * blobs. Content ids are ordered ids, unique in the store.
 */
import type { Key } from "../../base/ordered-key.ts";
import { type Collection, collection } from "../../store/collection.ts";
import type { Bucket } from "./bucket.ts";
import type { StoredObject } from "./object.ts";
import type { Part, Upload } from "./upload.ts";

export const buckets: Collection<Bucket> = collection("s3", "bucket");
export const policies: Collection<string> = collection("s3", "policy");
export const objects: Collection<StoredObject> = collection("s3", "object");
export const uploads: Collection<Upload> = collection("s3", "upload");
export const parts: Collection<Part> = collection("s3", "part");

export function contentKey(contentId: string): Key {
  return ["s3", "content", contentId];
}
