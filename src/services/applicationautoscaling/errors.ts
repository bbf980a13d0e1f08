/**
 * The errors of Application Auto Scaling.
 * Source: https://docs.aws.amazon.com/autoscaling/application/APIReference/CommonErrors.html
 */
import { AwsError } from "../../wire/aws-error.ts";
import type { TargetId } from "./keys.ts";

export function validation(message: string): AwsError {
  return new AwsError({ code: "ValidationException", message });
}

function objectNotFound(message: string): AwsError {
  return new AwsError({ code: "ObjectNotFoundException", message });
}

function described({ namespace, resourceId, dimension }: TargetId): string {
  return (
    `service namespace: ${namespace}, resource ID: ${resourceId}, ` +
    `scalable dimension: ${dimension}`
  );
}

/** As operations that need a target have it. */
export function targetNotRegistered(id: TargetId): AwsError {
  return objectNotFound(`No scalable target registered for ${described(id)}`);
}

export function targetNotFound(id: TargetId): AwsError {
  return objectNotFound(`No scalable target found for ${described(id)}`);
}

export function policyNotFound(id: TargetId, name: string): AwsError {
  return objectNotFound(`No scaling policy found for ${described(id)}: ${name}`);
}

export function actionNotFound(id: TargetId, name: string): AwsError {
  return objectNotFound(`No scheduled action found for ${described(id)}: ${name}`);
}

export function resourceNotFound(arn: string): AwsError {
  return new AwsError({
    code: "ResourceNotFoundException",
    message: `The specified resource ${arn} does not exist.`,
    members: { ResourceName: arn },
  });
}

export function invalidNextToken(): AwsError {
  return new AwsError({
    code: "InvalidNextTokenException",
    message: "The next token supplied was invalid.",
  });
}

export function limitExceeded(message: string): AwsError {
  return new AwsError({ code: "LimitExceededException", message });
}

export function tooManyTags(arn: string): AwsError {
  return new AwsError({
    code: "TooManyTagsException",
    message: "The number of tags exceeds the limit of 50.",
    members: { ResourceName: arn },
  });
}
