/**
 * The errors of what buckets are configured with, and of requests about one object's settings.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
import { AwsError } from "../../wire/aws-error.ts";

/** Of notifications: each destination with the reason. */
export function destinationsNotValid(
  refused: readonly (readonly [arn: string, reason: string])[],
): AwsError {
  return new AwsError({
    code: "InvalidArgument",
    message: "Unable to validate the following destination configurations",
    members: Object.fromEntries(
      refused.flatMap(([arn, reason], at) => [
        [`ArgumentName${at + 1}`, arn],
        [`ArgumentValue${at + 1}`, reason],
      ]),
    ),
  });
}

export function invalidTargetBucket(bucket: string): AwsError {
  return new AwsError({
    code: "InvalidTargetBucketForLogging",
    message: "The target bucket for logging does not exist",
    members: { TargetBucket: bucket },
  });
}

export function malformedAcl(): AwsError {
  return new AwsError({
    code: "MalformedACLError",
    message:
      "The XML you provided was not well-formed or did not validate against our published schema",
  });
}

export function missingSecurityHeader(): AwsError {
  return new AwsError({
    code: "MissingSecurityHeader",
    message: "Your request was missing a required header",
    members: { MissingHeaderName: "x-amz-acl" },
  });
}

export function restoreNotAllowed(storageClass: string): AwsError {
  return new AwsError({
    code: "InvalidObjectState",
    message: "Restore is not allowed for the object's current storage class",
    status: 403,
    members: { StorageClass: storageClass },
  });
}
