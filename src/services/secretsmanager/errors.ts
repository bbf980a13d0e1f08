/**
 * The errors of Secrets Manager.
 * Sources: https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html, the
 * pages of the operations, and what people report of the service.
 */
import { AwsError } from "../../wire/aws-error.ts";
import { RECOVERY_DAYS_MAX, RECOVERY_DAYS_MIN, TAGS_MAX, VERSIONS_MAX } from "./limits.ts";

export function invalidParameter(message: string): AwsError {
  return new AwsError({ code: "InvalidParameterException", message });
}

export function invalidRequest(message: string): AwsError {
  return new AwsError({ code: "InvalidRequestException", message });
}

function notFound(message: string): AwsError {
  return new AwsError({ code: "ResourceNotFoundException", message });
}

export function secretNotFound(): AwsError {
  return notFound("Secrets Manager can't find the specified secret.");
}

export function labelNotFound(label: string): AwsError {
  return notFound(
    `Secrets Manager can't find the specified secret value for staging label: ${label}`,
  );
}

export function versionNotFound(versionId: string): AwsError {
  return notFound(
    `Secrets Manager can't find the specified secret value for VersionId: ${versionId}`,
  );
}

export function labelOfOtherVersion(): AwsError {
  return invalidRequest(
    "You provided a VersionStage that is not associated to the provided VersionId.",
  );
}

export function invalidName(): AwsError {
  return new AwsError({
    code: "ValidationException",
    message:
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
  });
}

export function secretExists(name: string): AwsError {
  return new AwsError({
    code: "ResourceExistsException",
    message: `The operation failed because the secret ${name} already exists.`,
  });
}

export function versionExists(token: string, arn: string): AwsError {
  return new AwsError({
    code: "ResourceExistsException",
    message: `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${arn}.`,
  });
}

/** Source: https://github.com/aws-ia/terraform-aws-eks-blueprints/issues/1733 */
export function nameIsBeingDeleted(): AwsError {
  return invalidRequest(
    "You can't create this secret because a secret with this name is already scheduled for deletion.",
  );
}

/** Source: https://github.com/hashicorp/terraform-provider-aws/issues/23998 */
export function markedForDeletion(): AwsError {
  return invalidRequest(
    "You can't perform this operation on the secret because it was marked for deletion.",
  );
}

/** Source: https://github.com/aws/aws-sdk-java/issues/1556 */
export function bothValues(): AwsError {
  return invalidParameter(
    "You can't specify both a binary secret value and a string secret value in the same secret.",
  );
}

export function noValue(): AwsError {
  return invalidParameter("You must provide either SecretString or SecretBinary.");
}

export function tooManyVersions(): AwsError {
  return new AwsError({
    code: "LimitExceededException",
    message: `You have reached the maximum number of versions of a secret (${VERSIONS_MAX}). Secrets Manager keeps the versions of the last 24 hours.`,
  });
}

export function tooManyLabels(): AwsError {
  return new AwsError({
    code: "LimitExceededException",
    message: "You have reached the maximum number of staging labels attached to a version.",
  });
}

export function tooManyTags(): AwsError {
  return invalidParameter(`You can't have more than ${TAGS_MAX} tags on a secret.`);
}

export function forcedWithWindow(): AwsError {
  return invalidParameter(
    "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
  );
}

export function invalidRecoveryWindow(): AwsError {
  return invalidParameter(
    `The RecoveryWindowInDays value must be between ${RECOVERY_DAYS_MIN} and ${RECOVERY_DAYS_MAX} days (inclusive).`,
  );
}

/** Source: https://github.com/gruntwork-io/cloud-nuke/issues/435 */
export function hasReplicas(arn: string, regions: readonly string[]): AwsError {
  return invalidParameter(
    `You can't delete secret ${arn} that still has replica regions [${regions.join(", ")}].`,
  );
}

/** Source: https://github.com/lgallard/terraform-aws-secrets-manager/issues/188 */
export function onReplica(): AwsError {
  return invalidParameter(
    "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
  );
}

export function noRotationFunction(): AwsError {
  return invalidRequest("No Lambda rotation function ARN is associated with this secret.");
}

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot_rotation.html */
export function cannotInvokeFunction(): AwsError {
  return new AwsError({
    code: "AccessDeniedException",
    message:
      "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.",
  });
}

/** Source: https://github.com/hashicorp/terraform-provider-aws/issues/35023 */
export function rotationIsUnfinished(): AwsError {
  return invalidRequest("A previous rotation isn't complete. That rotation will be reattempted.");
}

/** Source: https://github.com/hashicorp/terraform-provider-aws/issues/33329 */
export function bothSchedules(): AwsError {
  return invalidParameter(
    "You cannot specify both rotation frequency and schedule expression together.",
  );
}

export function invalidNextToken(): AwsError {
  return new AwsError({
    code: "InvalidNextTokenException",
    message: "The NextToken value is invalid.",
  });
}

export function malformedPolicy(message: string): AwsError {
  return new AwsError({ code: "MalformedPolicyDocumentException", message });
}

/** Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html */
export function publicPolicy(): AwsError {
  return new AwsError({
    code: "PublicPolicyException",
    message:
      "The BlockPublicPolicy parameter is set to true, and the resource policy did not prevent broad access to the secret.",
  });
}

export function accessDenied(action: string, accountId: string, arn: string): AwsError {
  return new AwsError({
    code: "AccessDeniedException",
    message: `User: arn:aws:iam::${accountId}:root is not authorized to perform: ${action} on resource: ${arn} because no resource-based policy allows the ${action} action`,
  });
}
