/**
 * The key layout of S3.
 *
 * | key                                    | value                                           |
 * |----------------------------------------|-------------------------------------------------|
 * | s3 bucket, name                        | `Bucket`                                        |
 * | s3 policy, bucket                      | the text of the bucket policy                   |
 * | s3 configuration, bucket, kind         | one of `Configurations`                         |
 * | s3 object, bucket, key                 | `StoredObject`: all but the content             |
 * | s3 version, bucket, key, order         | `StoredVersion`: not current, or a marker       |
 * | s3 null, bucket, key                   | the order of the null version, where in s3 version |
 * | s3 content, content id                 | content of up to `INLINE_BYTES_MAX` bytes       |
 * | s3 upload, bucket, key, upload id      | `Upload`: a multipart upload in progress        |
 * | s3 part, upload id, part number        | `Part`                                          |
 * | s3 completed, bucket, key, upload id   | `Completion`: the answer, for those who ask again |
 *
 * Bucket names are unique across accounts, as on AWS. Keys are ordered by their UTF-8 bytes, which
 * is the order of listings. Content is kept apart from what a listing reads; larger content is in
 * blobs. Content ids are ordered ids, unique in the store.
 */
import type { Key } from "../../base/ordered-key.ts";
import { type Collection, collection } from "../../store/collection.ts";
import type { Bucket } from "./bucket.ts";
import type { StoredObject } from "./object.ts";
import type { Completion, Part, Upload } from "./upload.ts";
import type { StoredVersion } from "./version.ts";

export const buckets: Collection<Bucket> = collection("s3", "bucket");
export const policies: Collection<string> = collection("s3", "policy");
export const objects: Collection<StoredObject> = collection("s3", "object");
/** What is not the current object of its key, newest first. */
export const versions: Collection<StoredVersion> = collection("s3", "version");
export const nullVersions: Collection<string> = collection("s3", "null");
export const uploads: Collection<Upload> = collection("s3", "upload");
export const parts: Collection<Part> = collection("s3", "part");

export const completions: Collection<Completion> = collection("s3", "completed");

export function contentKey(contentId: string): Key {
  return ["s3", "content", contentId];
}
