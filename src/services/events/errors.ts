/** The errors of EventBridge. Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/ */
import { AwsError } from "../../wire/aws-error.ts";

export function validationException(message: string): AwsError {
  return new AwsError({ code: "ValidationException", message });
}

export function busDoesNotExist(name: string): AwsError {
  return notFound(`Event bus ${name} does not exist.`);
}

export function busAlreadyExists(name: string): AwsError {
  return new AwsError({
    code: "ResourceAlreadyExistsException",
    message: `Event bus ${name} already exists.`,
  });
}

export function ruleDoesNotExist(name: string, bus: string): AwsError {
  return notFound(`Rule ${name} does not exist on EventBus ${bus}.`);
}

export function statementDoesNotExist(): AwsError {
  return notFound("Statement with the provided id does not exist.");
}

export function busHasNoPolicy(): AwsError {
  return notFound("EventBus does not have a policy.");
}

export function invalidEventPattern(reason: string): AwsError {
  return new AwsError({
    code: "InvalidEventPatternException",
    message: `Event pattern is not valid. Reason: ${reason}`,
  });
}

export function limitExceeded(): AwsError {
  return new AwsError({
    code: "LimitExceededException",
    message: "The requested resource exceeds the maximum number allowed.",
  });
}

function notFound(message: string): AwsError {
  return new AwsError({ code: "ResourceNotFoundException", message });
}
