/**
 * The errors of Step Functions, in the form `What It Is: 'which'`.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html and the
 * errors of each operation
 */
import { AwsError } from "../../wire/aws-error.ts";

function error(code: string, message: string, members: object = {}): AwsError {
  return new AwsError({ code, message, members: { ...members } });
}

export function invalidArn(what: string): AwsError {
  return error("InvalidArn", `Invalid Arn: '${what}'`);
}

export function invalidName(name: string): AwsError {
  return error("InvalidName", `Invalid Name: '${name}'`);
}

export function invalidDefinition(message: string): AwsError {
  return error("InvalidDefinition", message);
}

export function invalidExecutionInput(what: string): AwsError {
  return error("InvalidExecutionInput", `Invalid State Machine Execution Input: '${what}'`);
}

export function invalidOutput(what: string): AwsError {
  return error("InvalidOutput", `Invalid Output: '${what}'`);
}

export function invalidToken(): AwsError {
  return error("InvalidToken", "Invalid Token: 'Invalid token'");
}

export function invalidLogging(message: string): AwsError {
  return error("InvalidLoggingConfiguration", message);
}

export function machineDoesNotExist(arn: string): AwsError {
  return error("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
}

export function machineExists(arn: string): AwsError {
  return error("StateMachineAlreadyExists", `State Machine Already Exists: '${arn}'`);
}

export function machineDeleting(arn: string): AwsError {
  return error("StateMachineDeleting", `State Machine is deleting: '${arn}'`);
}

export function machineTypeNotSupported(): AwsError {
  const message = "This operation is not supported by this type of state machine";
  return error("StateMachineTypeNotSupported", message);
}

export function executionDoesNotExist(arn: string): AwsError {
  return error("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
}

export function executionExists(arn: string): AwsError {
  return error("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
}

export function executionNotRedrivable(reason: string): AwsError {
  return error("ExecutionNotRedrivable", `Execution is not redrivable: '${reason}'`);
}

export function activityDoesNotExist(arn: string): AwsError {
  return error("ActivityDoesNotExist", `Activity Does Not Exist: '${arn}'`);
}

export function activityExists(arn: string): AwsError {
  return error("ActivityAlreadyExists", `Activity Already Exists: '${arn}'`);
}

/** Late answers, for Standard executions. */
export function taskTimedOut(): AwsError {
  return error("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
}

export function resourceNotFound(arn: string): AwsError {
  return error("ResourceNotFound", `Resource not found: '${arn}'`, { resourceName: arn });
}

export function tooManyTags(arn: string): AwsError {
  return error("TooManyTags", "You have exceeded the number of tags allowed for a resource", {
    resourceName: arn,
  });
}

export function conflict(message: string): AwsError {
  return error("ConflictException", message);
}

export function quotaExceeded(message: string): AwsError {
  return error("ServiceQuotaExceededException", message);
}

export function validationException(message: string, reason?: string): AwsError {
  return error("ValidationException", message, reason === undefined ? {} : { reason });
}

export function missingParameter(message: string): AwsError {
  return error("MissingRequiredParameter", message);
}
