/**
 * The errors of CloudFormation, one constructor each. Codes are those of the query protocol.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html
 */
import { AwsError } from "../../wire/aws-error.ts";

export function validationError(message: string): AwsError {
  return new AwsError({ code: "ValidationError", message });
}

export function stackDoesNotExist(nameOrId: string): AwsError {
  return validationError(`Stack with id ${nameOrId} does not exist`);
}

/** As operations other than `DescribeStacks` say it. */
export function stackNotFound(nameOrId: string): AwsError {
  return validationError(`Stack [${nameOrId}] does not exist`);
}

export function resourceDoesNotExist(logicalId: string, stackName: string): AwsError {
  return validationError(`Resource ${logicalId} does not exist for stack ${stackName}`);
}

export function stackAlreadyExists(name: string): AwsError {
  return new AwsError({
    code: "AlreadyExistsException",
    message: `Stack [${name}] already exists`,
  });
}

export function changeSetAlreadyExists(name: string): AwsError {
  return new AwsError({
    code: "AlreadyExistsException",
    message: `ChangeSet ${name} cannot be created due to a mismatch with existing attribute`,
  });
}

export function changeSetNotFound(nameOrId: string): AwsError {
  return new AwsError({
    code: "ChangeSetNotFound",
    message: `ChangeSet [${nameOrId}] does not exist`,
    status: 404,
  });
}

export function changeSetNotExecutable(id: string, status: string): AwsError {
  return new AwsError({
    code: "InvalidChangeSetStatus",
    message: `ChangeSet [${id}] cannot be executed in its current status of [${status}]`,
  });
}

export function insufficientCapabilities(missing: readonly string[]): AwsError {
  return new AwsError({
    code: "InsufficientCapabilitiesException",
    message: `Requires capabilities : [${missing.join(", ")}]`,
  });
}

export function noUpdates(): AwsError {
  return validationError("No updates are to be performed.");
}
