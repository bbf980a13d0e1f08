/**
 * The errors of EventBridge Pipes.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_CreatePipe.html#API_CreatePipe_Errors
 */
import { AwsError } from "../../wire/aws-error.ts";

export function validationException(message: string): AwsError {
  return new AwsError({ code: "ValidationException", message });
}

/** A member that has to be there; the message is a document of its own. */
export function missingParameter(name: string): AwsError {
  const message = "Missing required parameter.";
  return new AwsError({
    code: "ValidationException",
    message: JSON.stringify({ ValidationErrorFields: [{ Name: name, Message: message }] }),
    members: { fieldList: [{ name, message }] },
  });
}

export function pipeDoesNotExist(name: string): AwsError {
  return new AwsError({
    code: "NotFoundException",
    message: `Pipe ${name} does not exist.`,
    status: 404,
  });
}

export function pipeAlreadyExists(name: string): AwsError {
  return conflict(name, `Pipe ${name} already exists.`);
}

export function pipeIsBeingDeleted(name: string): AwsError {
  return conflict(name, `Pipe ${name} is being deleted.`);
}

function conflict(name: string, message: string): AwsError {
  return new AwsError({
    code: "ConflictException",
    message,
    status: 409,
    members: { resourceId: name, resourceType: "Pipe" },
  });
}
