/**
 * The errors of CloudWatch Logs.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html
 */
import { AwsError } from "../../wire/aws-error.ts";

export function groupDoesNotExist(): AwsError {
  return notFound("The specified log group does not exist.");
}

export function streamDoesNotExist(): AwsError {
  return notFound("The specified log stream does not exist.");
}

export function resourceDoesNotExist(): AwsError {
  return notFound("The specified resource does not exist.");
}

function notFound(message: string): AwsError {
  return new AwsError({ code: "ResourceNotFoundException", message });
}

export function groupExists(): AwsError {
  return alreadyExists("The specified log group already exists");
}

export function streamExists(): AwsError {
  return alreadyExists("The specified log stream already exists");
}

function alreadyExists(message: string): AwsError {
  return new AwsError({ code: "ResourceAlreadyExistsException", message });
}

export function invalidParameter(message: string): AwsError {
  return new AwsError({ code: "InvalidParameterException", message });
}

export function invalidToken(): AwsError {
  return invalidParameter("The specified nextToken is invalid.");
}

export function tooManyTags(): AwsError {
  return new AwsError({
    code: "TooManyTagsException",
    message: "The number of tags exceeds the maximum allowed.",
  });
}

export function metricFilterDoesNotExist(): AwsError {
  return notFound("The specified metric filter does not exist.");
}

export function limitExceeded(): AwsError {
  return new AwsError({ code: "LimitExceededException", message: "Resource limit exceeded." });
}

export function subscriptionFilterDoesNotExist(): AwsError {
  return notFound("The specified subscription filter does not exist.");
}
