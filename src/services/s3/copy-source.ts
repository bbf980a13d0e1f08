/**
 * `x-amz-copy-source`: where a copy comes from.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
import type { ReadTx } from "../../store/store.ts";
import { notSupported } from "../../wire/aws-error.ts";
import { requireBucket } from "./bucket.ts";
import { checkCopyConditions } from "./conditions.ts";
import { invalidArgument, invalidRequest } from "./errors.ts";
import { UPLOAD_BYTES_MAX } from "./limits.ts";
import { checkVersionId, requireObject, type StoredObject } from "./object.ts";

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
}

export interface CopyInput {
  readonly CopySource: string;
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
  readonly CopySourceSSECustomerAlgorithm?: string | undefined;
  readonly ExpectedSourceBucketOwner?: string | undefined;
}

/** `bucket/key` or `/bucket/key`, percent-encoded, and perhaps `?versionId=`. */
export function parseCopySource(operation: string, header: string): CopySource {
  const [place = "", version] = header.split("?versionId=");
  checkVersionId(version);
  const text = decoded(place, header).replace(/^\//, "");
  if (text.startsWith("arn:")) {
    throw notSupported(operation, "an access point as CopySource");
  }
  const slash = text.indexOf("/");
  if (slash < 1 || slash === text.length - 1) {
    throw malformed(header);
  }
  return { bucket: text.slice(0, slash), key: text.slice(slash + 1) };
}

/** The source object, if it meets the conditions. */
export function requireSource(
  tx: ReadTx,
  operation: string,
  input: CopyInput,
  source: CopySource,
): StoredObject {
  if (input.CopySourceSSECustomerAlgorithm !== undefined) {
    throw notSupported(operation, "CopySourceSSECustomerAlgorithm");
  }
  requireBucket(tx, {
    Bucket: source.bucket,
    ExpectedBucketOwner: input.ExpectedSourceBucketOwner,
  });
  const object = requireObject(tx, source.bucket, source.key);
  const conditions = {
    IfMatch: input.CopySourceIfMatch,
    IfNoneMatch: input.CopySourceIfNoneMatch,
    IfModifiedSince: input.CopySourceIfModifiedSince,
    IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  };
  checkCopyConditions(conditions, object);
  return object;
}

export function checkCopySize(sizeBytes: number): void {
  if (sizeBytes > UPLOAD_BYTES_MAX) {
    throw invalidRequest(
      `The specified copy source is larger than the maximum allowable size for a copy source: ${UPLOAD_BYTES_MAX}`,
    );
  }
}

function decoded(text: string, header: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed(header);
  }
}

function malformed(header: string): Error {
  return invalidArgument(
    "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
    { name: "x-amz-copy-source", value: header },
  );
}
