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

export function connectionDoesNotExist(name: string): AwsError {
  return notFound(`Failed to describe the connection(s). Connection '${name}' does not exist.`);
}

export function connectionArnDoesNotExist(arn: string): AwsError {
  return notFound(`Connection ${arn} does not exist.`);
}

export function connectionAlreadyExists(name: string): AwsError {
  return alreadyExists(`Connection ${name} already exists.`);
}

export function apiDestinationDoesNotExist(name: string): AwsError {
  return notFound(
    `Failed to describe the api-destination(s). An api-destination '${name}' does not exist.`,
  );
}

export function apiDestinationAlreadyExists(name: string): AwsError {
  return alreadyExists(`An api-destination '${name}' already exists.`);
}

export function archiveDoesNotExist(name: string): AwsError {
  return notFound(`Archive ${name} does not exist.`);
}

export function archiveAlreadyExists(name: string): AwsError {
  return alreadyExists(`Archive ${name} already exists.`);
}

export function replayDoesNotExist(name: string): AwsError {
  return notFound(`Replay ${name} does not exist.`);
}

export function replayAlreadyExists(name: string): AwsError {
  return alreadyExists(`Replay ${name} already exists.`);
}

export function managedRule(name: string, by: string): AwsError {
  return new AwsError({
    code: "ManagedRuleException",
    message: `Rule ${name} is managed by ${by} and cannot be modified.`,
  });
}

export function accessDenied(accountId: string, busArn: string): AwsError {
  return new AwsError({
    code: "AccessDeniedException",
    message:
      `User: arn:aws:iam::${accountId}:root is not authorized to perform: events:PutEvents on ` +
      `resource: ${busArn} because no resource-based policy allows the events:PutEvents action`,
  });
}

export function policyLengthExceeded(): AwsError {
  return new AwsError({
    code: "PolicyLengthExceededException",
    message: "The event bus policy is too long. For more information, see the limits.",
  });
}

export function illegalStatus(message: string): AwsError {
  return new AwsError({ code: "IllegalStatusException", message });
}

function alreadyExists(message: string): AwsError {
  return new AwsError({ code: "ResourceAlreadyExistsException", message });
}
