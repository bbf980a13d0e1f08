/**
 * The errors of EventBridge Scheduler.
 * Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html#API_CreateSchedule_Errors
 */
import { AwsError } from "../../wire/aws-error.ts";

export function validationException(message: string): AwsError {
  return new AwsError({ code: "ValidationException", message });
}

export function scheduleAlreadyExists(name: string): AwsError {
  return conflict(`Schedule ${name} already exists.`);
}

export function scheduleDoesNotExist(name: string): AwsError {
  return notFound(`Schedule ${name} does not exist.`);
}

export function groupAlreadyExists(name: string): AwsError {
  return conflict(`Schedule group ${name} already exists.`);
}

export function groupDoesNotExist(name: string): AwsError {
  return notFound(`Schedule group ${name} does not exist.`);
}

export function groupIsBeingDeleted(name: string): AwsError {
  return conflict(`Schedule group ${name} is being deleted.`);
}

export function tokenIsTaken(): AwsError {
  return conflict("The ClientToken was used before with another request.");
}

function conflict(message: string): AwsError {
  return new AwsError({ code: "ConflictException", message, status: 409 });
}

function notFound(message: string): AwsError {
  return new AwsError({ code: "ResourceNotFoundException", message, status: 404 });
}
