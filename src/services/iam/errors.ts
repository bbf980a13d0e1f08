/** The errors of IAM. Source: https://docs.aws.amazon.com/IAM/latest/APIReference/ */
import { AwsError } from "../../wire/aws-error.ts";

function noSuchEntity(message: string): AwsError {
  return new AwsError({ code: "NoSuchEntity", message, status: 404 });
}

export function noSuchRole(name: string): AwsError {
  return noSuchEntity(`The role with name ${name} cannot be found.`);
}

export function noSuchRolePolicy(name: string): AwsError {
  return noSuchEntity(`The role policy with name ${name} cannot be found.`);
}

export function noSuchPolicy(arn: string): AwsError {
  return noSuchEntity(`Policy ${arn} was not found.`);
}

export function notAttachable(arn: string): AwsError {
  return noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
}

export function noSuchPolicyVersion(arn: string, versionId: string): AwsError {
  return noSuchEntity(`Policy ${arn} version ${versionId} does not exist or is not attachable.`);
}

export function noBoundary(role: string): AwsError {
  return noSuchEntity(`The role ${role} does not have a permissions boundary.`);
}

function entityAlreadyExists(message: string): AwsError {
  return new AwsError({ code: "EntityAlreadyExists", message, status: 409 });
}

export function roleAlreadyExists(name: string): AwsError {
  return entityAlreadyExists(`Role with name ${name} already exists.`);
}

export function policyAlreadyExists(name: string): AwsError {
  return entityAlreadyExists(
    `A policy called ${name} already exists. Duplicate names are not allowed.`,
  );
}

export function deleteConflict(message: string): AwsError {
  return new AwsError({ code: "DeleteConflict", message, status: 409 });
}

export function limitExceeded(message: string): AwsError {
  return new AwsError({ code: "LimitExceeded", message, status: 409 });
}

export function quotaExceeded(quota: string, limit: number): AwsError {
  return limitExceeded(`Cannot exceed quota for ${quota}: ${limit}`);
}

export function malformedPolicyDocument(message: string): AwsError {
  return new AwsError({ code: "MalformedPolicyDocument", message });
}

export function invalidInput(message: string): AwsError {
  return new AwsError({ code: "InvalidInput", message });
}

export function accessDenied(message: string): AwsError {
  return new AwsError({ code: "AccessDenied", message, status: 403 });
}
