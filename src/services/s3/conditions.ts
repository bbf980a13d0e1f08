/**
 * Conditional requests.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
 */
import { headerNotImplemented, noSuchKey, notModified, preconditionFailed } from "./errors.ts";

/** What conditions are about. */
export interface Conditioned {
  readonly etag: string;
  readonly modifiedMs: number;
}

export interface ReadConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

export interface WriteConditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/** An entity tag condition takes precedence over the date condition of its kind. */
export function checkReadConditions(conditions: ReadConditions, object: Conditioned): void {
  const failed = failedRequirement(conditions, object);
  if (failed !== undefined) {
    throw preconditionFailed(failed);
  }
  if (unchangedBy(conditions, object) !== undefined) {
    throw notModified();
  }
}

/** For the source of a copy, where nothing is "not modified": every condition is a requirement. */
export function checkCopyConditions(conditions: ReadConditions, source: Conditioned): void {
  const failed = failedRequirement(conditions, source) ?? unchangedBy(conditions, source);
  if (failed !== undefined) {
    throw preconditionFailed(`x-amz-copy-source-${failed}`);
  }
}

/** `existing`: the object that is about to be replaced. */
export function checkWriteConditions(
  conditions: WriteConditions,
  key: string,
  existing: Conditioned | undefined,
): void {
  const { IfMatch, IfNoneMatch } = conditions;
  if (IfMatch !== undefined && IfNoneMatch !== undefined) {
    throw headerNotImplemented(
      "If-Match,If-None-Match",
      "Multiple conditional request headers present in the request",
    );
  }
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch.trim() !== "*") {
      throw headerNotImplemented(
        "If-None-Match",
        "We don't accept the provided value of If-None-Match header for this API",
      );
    }
    if (existing !== undefined) {
      throw preconditionFailed("If-None-Match");
    }
  }
  if (IfMatch !== undefined) {
    if (existing === undefined) {
      throw noSuchKey(key);
    }
    if (!matches(IfMatch, existing.etag)) {
      throw preconditionFailed("If-Match");
    }
  }
}

export interface DeleteConditions {
  readonly IfMatch?: string | undefined;
  readonly IfMatchSize?: number | undefined;
  readonly IfMatchLastModifiedTime?: Date | undefined;
  readonly VersionId?: string | undefined;
}

/**
 * Conditions on size and time are for directory buckets, and none is for a version that is named.
 * Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html and the
 * answers told in https://github.com/localstack/localstack/issues/13894
 */
export function checkDeleteConditions(
  conditions: DeleteConditions,
  key: string,
  existing: Conditioned | undefined,
): void {
  const { IfMatch, IfMatchSize, IfMatchLastModifiedTime, VersionId } = conditions;
  if (IfMatchSize !== undefined) {
    throw headerNotImplemented("x-amz-if-match-size");
  }
  if (IfMatchLastModifiedTime !== undefined) {
    throw headerNotImplemented("x-amz-if-match-last-modified-time");
  }
  if (IfMatch !== undefined && VersionId !== undefined) {
    throw headerNotImplemented("If-Match");
  }
  checkWriteConditions({ IfMatch }, key, existing);
}

function failedRequirement(conditions: ReadConditions, object: Conditioned): string | undefined {
  const { IfMatch, IfUnmodifiedSince } = conditions;
  if (IfMatch !== undefined) {
    return matches(IfMatch, object.etag) ? undefined : "If-Match";
  }
  const isLater =
    IfUnmodifiedSince !== undefined && object.modifiedMs > IfUnmodifiedSince.getTime();
  return isLater ? "If-Unmodified-Since" : undefined;
}

function unchangedBy(conditions: ReadConditions, object: Conditioned): string | undefined {
  const { IfNoneMatch, IfModifiedSince } = conditions;
  if (IfNoneMatch !== undefined) {
    return matches(IfNoneMatch, object.etag) ? "If-None-Match" : undefined;
  }
  const isEarlier = IfModifiedSince !== undefined && object.modifiedMs <= IfModifiedSince.getTime();
  return isEarlier ? "If-Modified-Since" : undefined;
}

/** `"etag"`, `etag`, `*`, or several of them. */
export function matches(header: string, etag: string): boolean {
  return header.split(",").some((part) => {
    const text = part.trim().replace(/^W\//, "");
    return text === "*" || unquoted(text) === etag;
  });
}

export function unquoted(etag: string): string {
  return etag.replace(/^"|"$/g, "");
}
