/**
 * The errors of Lambda.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html#API_CreateFunction_Errors
 */
import { AwsError } from "../../wire/aws-error.ts";

function userError(code: string, message: string, status: number): AwsError {
  return new AwsError({ code, message, status, members: { Type: "User" } });
}

export function invalidParameterValue(message: string): AwsError {
  return userError("InvalidParameterValueException", message, 400);
}

export function functionNotFound(arn: string): AwsError {
  return userError("ResourceNotFoundException", `Function not found: ${arn}`, 404);
}

export function functionsOfOtherRegion(theirs: string, ours: string): AwsError {
  const message = `Functions from '${theirs}' are not reachable in this region ('${ours}')`;
  return userError("ResourceNotFoundException", message, 404);
}

export function functionAlreadyExists(name: string): AwsError {
  return userError("ResourceConflictException", `Function already exist: ${name}`, 409);
}

export function aliasNotFound(arn: string): AwsError {
  return userError("ResourceNotFoundException", `Cannot find alias arn: ${arn}`, 404);
}

export function aliasExists(arn: string): AwsError {
  return userError("ResourceConflictException", `Alias already exists: ${arn}`, 409);
}

export function versionHasAliases(names: readonly string[]): AwsError {
  const message = `Unable to delete version because the following aliases reference it: [${names.join(", ")}]`;
  return userError("ResourceConflictException", message, 409);
}

export function layerPolicyNotFound(): AwsError {
  const message = "No policy is associated with the given resource.";
  return userError("ResourceNotFoundException", message, 404);
}

export function urlExists(arn: string): AwsError {
  const message = `FunctionUrlConfig exists for this Lambda function: ${arn}`;
  return userError("ResourceConflictException", message, 409);
}

export function noProvisionedConcurrency(): AwsError {
  const message = "No Provisioned Concurrency Config found for this function";
  return userError("ProvisionedConcurrencyConfigNotFoundException", message, 404);
}

export function codeSigningConfigNotFound(arn: string): AwsError {
  const message = `The code signing configuration cannot be found. Check that the provided configuration is not deleted: ${arn}.`;
  return userError("ResourceNotFoundException", message, 404);
}

export function codeSigningConfigInUse(): AwsError {
  const message =
    "The code signing configuration can not be deleted because it is attached to a function.";
  return userError("ResourceConflictException", message, 409);
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html */
export function recursiveInvocation(): AwsError {
  const message =
    "Lambda has detected your function being invoked in a recursive loop with other AWS resources " +
    "and stopped your function's invocation.";
  return userError("RecursiveInvocationException", message, 400);
}

export function resourceDoesNotExist(): AwsError {
  const message = "The resource you requested does not exist.";
  return userError("ResourceNotFoundException", message, 404);
}

export function noEventInvokeConfig(functionArn: string): AwsError {
  const message = `The function ${functionArn} doesn't have an EventInvokeConfig`;
  return userError("ResourceNotFoundException", message, 404);
}

export function statementNotFound(statementId: string): AwsError {
  const message = `Statement ${statementId} is not found in resource policy.`;
  return userError("ResourceNotFoundException", message, 404);
}

export function statementExists(statementId: string): AwsError {
  const message =
    `The statement id (${statementId}) provided already exists. Please provide a new statement ` +
    "id, or remove the existing statement.";
  return userError("ResourceConflictException", message, 409);
}

export function policyTooLong(sizeBytes: number, maximumBytes: number): AwsError {
  const message = `The final policy size (${sizeBytes}) is bigger than the limit (${maximumBytes}).`;
  return userError("PolicyLengthExceededException", message, 400);
}

export function mappingExists(sourceArn: string, functionName: string, uuid: string): AwsError {
  const message =
    `The event source arn (" ${sourceArn} ") and function (" ${functionName} ") provided mapping ` +
    `already exists. Please update or delete the existing mapping with UUID ${uuid}`;
  return userError("ResourceConflictException", message, 409);
}

export function mappingInUse(action: "delete" | "update"): AwsError {
  const message = `Cannot ${action} the event source mapping because it is in use.`;
  return userError("ResourceInUseException", message, 400);
}

export function revisionMismatch(): AwsError {
  const message =
    "The Revision Id provided does not match the latest Revision Id. Call the " +
    "GetFunction/GetAlias API to retrieve the latest Revision Id";
  return userError("PreconditionFailedException", message, 412);
}

export function payloadTooLarge(
  sizeBytes: number,
  invocationType: "RequestResponse" | "Event",
  maximumBytes: number,
): AwsError {
  const message =
    `${sizeBytes} byte payload is too large for the ${invocationType} invocation type ` +
    `(limit ${maximumBytes} bytes)`;
  return userError("RequestTooLargeException", message, 413);
}

export function invalidRequestContent(reason: string): AwsError {
  const message = `Could not parse request body into json: Could not parse payload into json: ${reason}`;
  return userError("InvalidRequestContentException", message, 400);
}

export type ThrottleReason =
  | "ReservedFunctionConcurrentInvocationLimitExceeded"
  | "ConcurrentInvocationLimitExceeded";

export function rateExceeded(reason: ThrottleReason): AwsError {
  return new AwsError({
    code: "TooManyRequestsException",
    message: "Rate Exceeded.",
    status: 429,
    members: { Type: "User", Reason: reason },
  });
}

/** As the check against the model words it, for what the model leaves open. */
export function constraintFailed(value: unknown, member: string, constraint: string): AwsError {
  return new AwsError({
    code: "ValidationException",
    message:
      `1 validation error detected: Value '${value}' at '${member}' failed to satisfy ` +
      `constraint: ${constraint}`,
  });
}

/** This machine cannot run the function: the message says what to do about it. */
export function invalidRuntime(message: string): AwsError {
  return userError("InvalidRuntimeException", message, 502);
}

/** The engine is stopping: SDKs try again on a status of 500. */
export function serviceStopping(): AwsError {
  const message = "Millrace is stopping. The invocation may have run in part.";
  return new AwsError({
    code: "ServiceException",
    message,
    status: 500,
    members: { Type: "Service" },
  });
}
