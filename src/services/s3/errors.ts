/**
 * The errors of S3.
 *
 * AWS documents codes and statuses; texts and members are those of its answers, many of which are
 * quoted in https://github.com/versity/versitygw/issues (2034 to 2116, among others).
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
import { AwsError } from "../../wire/aws-error.ts";

export function noSuchBucket(bucket: string): AwsError {
  return new AwsError({
    code: "NoSuchBucket",
    message: "The specified bucket does not exist",
    status: 404,
    members: { BucketName: bucket },
  });
}

/** `deleteMarkerId`: of the delete marker that is the current version. */
export function noSuchKey(key: string, deleteMarkerId?: string): AwsError {
  return new AwsError({
    code: "NoSuchKey",
    message: "The specified key does not exist.",
    status: 404,
    members: { Key: key },
    headers: deleteMarkerId === undefined ? {} : deleteMarkerHeaders(deleteMarkerId),
  });
}

export function noSuchVersion(key: string, versionId: string): AwsError {
  return new AwsError({
    code: "NoSuchVersion",
    message: "The specified version does not exist.",
    status: 404,
    members: { Key: key, VersionId: versionId },
  });
}

export function invalidVersionId(versionId: string): AwsError {
  return invalidArgument("Invalid version id specified", { name: "versionId", value: versionId });
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html */
export function deleteMarkerIsNotAllowed(versionId: string, modifiedMs: number): AwsError {
  return new AwsError({
    code: "MethodNotAllowed",
    message: "The specified method is not allowed against this resource.",
    status: 405,
    members: { Method: "GET", ResourceType: "DeleteMarker" },
    headers: {
      ...deleteMarkerHeaders(versionId),
      allow: "DELETE",
      "last-modified": new Date(modifiedMs).toUTCString(),
    },
  });
}

function deleteMarkerHeaders(versionId: string): Readonly<Record<string, string>> {
  return { "x-amz-delete-marker": "true", "x-amz-version-id": versionId };
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html */
export function objectIsLocked(): AwsError {
  return new AwsError({
    code: "AccessDenied",
    message: "Access Denied because object protected by object lock.",
    status: 403,
  });
}

export function invalidBucketState(message: string): AwsError {
  return new AwsError({ code: "InvalidBucketState", message, status: 409 });
}

/** Of an archived object that is to be read. */
export function invalidObjectState(storageClass: string): AwsError {
  return new AwsError({
    code: "InvalidObjectState",
    message: "The operation is not valid for the object's storage class",
    status: 403,
    members: { StorageClass: storageClass },
  });
}

/** Of an archived object that is to be copied. */
export function notInActiveTier(storageClass: string): AwsError {
  return new AwsError({
    code: "ObjectNotInActiveTierError",
    message: `The source object of the COPY operation is not in the active tier and is only stored in Amazon S3 ${storageClass}.`,
    status: 403,
  });
}

export function noSuchObjectLock(): AwsError {
  return new AwsError({
    code: "NoSuchObjectLockConfiguration",
    message: "The specified object does not have a ObjectLock configuration",
    status: 404,
  });
}

/** The answer to HEAD requests, which have no body to tell more. */
export function notFound(headers: Readonly<Record<string, string>> = {}): AwsError {
  return new AwsError({ code: "NotFound", message: "Not Found", status: 404, headers });
}

export function bucketAlreadyExists(bucket: string): AwsError {
  return new AwsError({
    code: "BucketAlreadyExists",
    message:
      "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
    status: 409,
    members: { BucketName: bucket },
  });
}

export function bucketAlreadyOwnedByYou(bucket: string): AwsError {
  return new AwsError({
    code: "BucketAlreadyOwnedByYou",
    message: "Your previous request to create the named bucket succeeded and you already own it.",
    status: 409,
    members: { BucketName: bucket },
  });
}

/** `hint`: of buckets that show no object, but have versions. */
export function bucketNotEmpty(bucket: string, hint?: string): AwsError {
  const message = "The bucket you tried to delete is not empty";
  return new AwsError({
    code: "BucketNotEmpty",
    message: hint === undefined ? message : `${message}. ${hint}`,
    status: 409,
    members: { BucketName: bucket },
  });
}

export function invalidBucketName(bucket: string): AwsError {
  return new AwsError({
    code: "InvalidBucketName",
    message: "The specified bucket is not valid.",
    members: { BucketName: bucket },
  });
}

/** `constraint` is absent when the request named none. */
export function illegalLocationConstraint(constraint: string | undefined): AwsError {
  return new AwsError({
    code: "IllegalLocationConstraintException",
    message: `The ${constraint ?? "unspecified"} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  });
}

export function invalidLocationConstraint(constraint: string): AwsError {
  return new AwsError({
    code: "InvalidLocationConstraint",
    message: "The specified location-constraint is not valid",
    members: { LocationConstraint: constraint },
  });
}

export function accessDenied(): AwsError {
  return new AwsError({ code: "AccessDenied", message: "Access Denied", status: 403 });
}

export function keyTooLong(sizeBytes: number, maximumBytes: number): AwsError {
  return new AwsError({
    code: "KeyTooLongError",
    message: "Your key is too long",
    members: { Size: sizeBytes, MaxSizeAllowed: maximumBytes },
  });
}

export function metadataTooLarge(sizeBytes: number, maximumBytes: number): AwsError {
  return new AwsError({
    code: "MetadataTooLarge",
    message: "Your metadata headers exceed the maximum allowed metadata size",
    members: { Size: sizeBytes, MaxSizeAllowed: maximumBytes },
  });
}

export function entityTooLarge(sizeBytes: number, maximumBytes: number): AwsError {
  return new AwsError({
    code: "EntityTooLarge",
    message: "Your proposed upload exceeds the maximum allowed size",
    members: { ProposedSize: sizeBytes, MaxSizeAllowed: maximumBytes },
  });
}

export function entityTooSmall(part: {
  readonly sizeBytes: number;
  readonly minimumBytes: number;
  readonly partNumber: number;
  readonly etag: string;
}): AwsError {
  return new AwsError({
    code: "EntityTooSmall",
    message: "Your proposed upload is smaller than the minimum allowed size",
    members: {
      ProposedSize: part.sizeBytes,
      MinSizeAllowed: part.minimumBytes,
      PartNumber: part.partNumber,
      ETag: part.etag,
    },
  });
}

/** Of a form whose policy wants more. */
export function entityTooSmallForPolicy(sizeBytes: number, minimumBytes: number): AwsError {
  return new AwsError({
    code: "EntityTooSmall",
    message: "Your proposed upload is smaller than the minimum allowed size",
    members: { ProposedSize: sizeBytes, MinSizeAllowed: minimumBytes },
  });
}

/** `condition`: the name of the header that did not hold. */
export function preconditionFailed(condition: string): AwsError {
  return new AwsError({
    code: "PreconditionFailed",
    message: "At least one of the pre-conditions you specified did not hold",
    status: 412,
    members: { Condition: condition },
  });
}

export function notModified(): AwsError {
  return new AwsError({ code: "NotModified", message: "Not Modified", status: 304 });
}

/**
 * What general purpose buckets do not take.
 * Source: the answers quoted in https://github.com/versity/versitygw/issues/2108 and
 * https://github.com/localstack/localstack/issues/13894
 */
export function headerNotImplemented(header: string, additionalMessage?: string): AwsError {
  return new AwsError({
    code: "NotImplemented",
    message: "A header you provided implies functionality that is not implemented",
    status: 501,
    members: { Header: header, additionalMessage },
  });
}

export function invalidRange(range: string, sizeBytes: number): AwsError {
  return new AwsError({
    code: "InvalidRange",
    message: "The requested range is not satisfiable",
    status: 416,
    members: { RangeRequested: range, ActualObjectSize: sizeBytes },
  });
}

export function invalidPartNumber(requested: number, actual: number): AwsError {
  return new AwsError({
    code: "InvalidPartNumber",
    message: "The requested partnumber is not satisfiable",
    status: 416,
    members: { PartNumberRequested: requested, ActualPartCount: actual },
  });
}

export function invalidRequest(message: string): AwsError {
  return new AwsError({ code: "InvalidRequest", message });
}

export function invalidArgument(
  message: string,
  argument: { readonly name: string; readonly value: string | number },
): AwsError {
  return new AwsError({
    code: "InvalidArgument",
    message,
    members: { ArgumentName: argument.name, ArgumentValue: argument.value },
  });
}

export function malformedXml(): AwsError {
  return new AwsError({
    code: "MalformedXML",
    message:
      "The XML you provided was not well-formed or did not validate against our published schema",
  });
}

export function malformedPolicy(message: string): AwsError {
  return new AwsError({ code: "MalformedPolicy", message });
}

/** Sources: https://github.com/versity/versitygw/issues/1583 and 2039 */
export function invalidTag(
  message: string,
  tag: { readonly TagKey: string; readonly TagValue?: string },
): AwsError {
  return new AwsError({ code: "InvalidTag", message, members: tag });
}

export function badRequest(message: string): AwsError {
  return new AwsError({ code: "BadRequest", message });
}

export function invalidStorageClass(storageClass: string): AwsError {
  return new AwsError({
    code: "InvalidStorageClass",
    message: "The storage class you specified is not valid",
    members: { StorageClassRequested: storageClass },
  });
}

export function aclNotSupported(): AwsError {
  return new AwsError({
    code: "AccessControlListNotSupported",
    message: "The bucket does not allow ACLs",
  });
}

export function bucketAclWithOwnerEnforced(): AwsError {
  return new AwsError({
    code: "InvalidBucketAclWithObjectOwnership",
    message: "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
  });
}

export function noSuchUpload(uploadId: string): AwsError {
  return new AwsError({
    code: "NoSuchUpload",
    message:
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    status: 404,
    members: { UploadId: uploadId },
  });
}

export function invalidPart(uploadId: string, partNumber: number, etag: string): AwsError {
  return new AwsError({
    code: "InvalidPart",
    message:
      "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    members: { UploadId: uploadId, PartNumber: partNumber, ETag: etag },
  });
}

export function invalidPartOrder(uploadId: string): AwsError {
  return new AwsError({
    code: "InvalidPartOrder",
    message: "The list of parts was not in ascending order. Parts must be ordered by part number.",
    members: { UploadId: uploadId },
  });
}

export function badDigest(algorithm: string): AwsError {
  return new AwsError({
    code: "BadDigest",
    message: `The ${algorithm} you specified did not match the calculated checksum.`,
  });
}

export type MissingConfiguration =
  | "NoSuchBucketPolicy"
  | "NoSuchCORSConfiguration"
  | "NoSuchLifecycleConfiguration"
  | "NoSuchPublicAccessBlockConfiguration"
  | "NoSuchTagSet"
  | "NoSuchWebsiteConfiguration"
  | "ObjectLockConfigurationNotFoundError"
  | "OwnershipControlsNotFoundError"
  | "ReplicationConfigurationNotFoundError";

const MISSING: Readonly<Record<MissingConfiguration, string>> = {
  NoSuchBucketPolicy: "The bucket policy does not exist",
  NoSuchCORSConfiguration: "The CORS configuration does not exist",
  NoSuchLifecycleConfiguration: "The lifecycle configuration does not exist",
  NoSuchPublicAccessBlockConfiguration: "The public access block configuration was not found",
  NoSuchTagSet: "The TagSet does not exist",
  NoSuchWebsiteConfiguration: "The specified bucket does not have a website configuration",
  ObjectLockConfigurationNotFoundError: "Object Lock configuration does not exist for this bucket",
  OwnershipControlsNotFoundError: "The bucket ownership controls were not found",
  ReplicationConfigurationNotFoundError: "The replication configuration was not found",
};

/** A bucket's configuration that was never put: each has a code of its own. */
export function missingConfiguration(code: MissingConfiguration, bucket: string): AwsError {
  return new AwsError({
    code,
    message: MISSING[code],
    status: 404,
    members: { BucketName: bucket },
  });
}
