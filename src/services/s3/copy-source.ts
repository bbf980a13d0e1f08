/**
 * `x-amz-copy-source`: where a copy comes from.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
import type { ReadTx } from "../../store/store.ts";
import { AwsError, notSupported } from "../../wire/aws-error.ts";
import { requireBucket } from "./bucket.ts";
import { checkCopyConditions } from "./conditions.ts";
import { checkCustomerKey } from "./encryption.ts";
import { invalidArgument, invalidRequest, notInActiveTier } from "./errors.ts";
import { UPLOAD_BYTES_MAX } from "./limits.ts";
import type { StoredObject } from "./object.ts";
import { isReadable } from "./restore.ts";
import { checkVersionId, requireObject } from "./version.ts";

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}

export interface CopyInput {
  readonly CopySource: string;
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
  readonly CopySourceSSECustomerAlgorithm?: string | undefined;
  readonly CopySourceSSECustomerKey?: string | undefined;
  readonly CopySourceSSECustomerKeyMD5?: string | undefined;
  readonly ExpectedSourceBucketOwner?: string | undefined;
}

/** `bucket/key` or `/bucket/key`, percent-encoded, and perhaps `?versionId=`. */
export function parseCopySource(operation: string, header: string): CopySource {
  const [place = "", versionId] = header.split("?versionId=");
  checkVersionId(versionId);
  const text = decoded(place, header).replace(/^\//, "");
  if (text.startsWith("arn:")) {
    throw notSupported(operation, "an access point as CopySource");
  }
  const slash = text.indexOf("/");
  if (text === "" || slash === 0) {
    throw malformed(header, "Invalid copy source bucket name");
  }
  if (slash === -1 || slash === text.length - 1) {
    throw malformed(header, "Invalid copy source object key");
  }
  return { bucket: text.slice(0, slash), key: text.slice(slash + 1), versionId };
}

/** The source object, if it can be read and meets the conditions. */
export function requireSource(tx: ReadTx, input: CopyInput, source: CopySource): StoredObject {
  requireBucket(tx, {
    Bucket: source.bucket,
    ExpectedBucketOwner: input.ExpectedSourceBucketOwner,
  });
  const object = existingSource(tx, source);
  const customerKey = {
    SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
    SSECustomerKey: input.CopySourceSSECustomerKey,
    SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
  };
  checkCustomerKey(customerKey, object.encryption);
  const conditions = {
    IfMatch: input.CopySourceIfMatch,
    IfNoneMatch: input.CopySourceIfNoneMatch,
    IfModifiedSince: input.CopySourceIfModifiedSince,
    IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  };
  checkCopyConditions(conditions, object);
  if (!isReadable(object, tx.nowMs)) {
    throw notInActiveTier(object.storageClass);
  }
  return object;
}

function existingSource(tx: ReadTx, source: CopySource): StoredObject {
  try {
    return requireObject(tx, source, source.versionId);
  } catch (error) {
    if (error instanceof AwsError && error.code === "MethodNotAllowed") {
      throw invalidRequest(
        "The source of a copy request may not specifically refer to a delete marker by version id.",
      );
    }
    throw error;
  }
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
    throw malformed(header, "Invalid copy source encoding.");
  }
}

/** Sources: https://github.com/versity/versitygw/issues/1388, 1389 and 1401 */
function malformed(header: string, message: string): Error {
  return invalidArgument(message, { name: "x-amz-copy-source", value: header });
}
