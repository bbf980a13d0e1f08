/** The errors of STS. Source: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
import { AwsError } from "../../wire/aws-error.ts";

export function validationError(message: string): AwsError {
  return new AwsError({ code: "ValidationError", message });
}

export function accessDenied(message: string): AwsError {
  return new AwsError({ code: "AccessDenied", message, status: 403 });
}

export function invalidToken(): AwsError {
  return new AwsError({
    code: "InvalidClientTokenId",
    message: "The security token included in the request is invalid.",
    status: 403,
  });
}

export function expiredToken(): AwsError {
  return new AwsError({
    code: "ExpiredToken",
    message: "The security token included in the request is expired",
    status: 403,
  });
}

export function malformedPolicyDocument(): AwsError {
  return new AwsError({
    code: "MalformedPolicyDocument",
    message: "The policy is not in the valid JSON format.",
  });
}
