/** The errors of the schema registry. Source: https://docs.aws.amazon.com/eventbridge/latest/schema-reference/ */
import { AwsError } from "../../wire/aws-error.ts";

export function badRequest(message: string): AwsError {
  return schemasError("BadRequestException", 400, message);
}

export function registryNotFound(name: string): AwsError {
  return notFound(`Registry with name ${name} does not exist.`);
}

export function schemaNotFound(name: string): AwsError {
  return notFound(`Schema with name ${name} does not exist.`);
}

export function versionNotFound(name: string, version: string): AwsError {
  return notFound(`Schema with name ${name} has no version ${version}.`);
}

export function discovererNotFound(id: string): AwsError {
  return notFound(`Discoverer with id ${id} does not exist.`);
}

export function policyNotFound(registry: string): AwsError {
  return notFound(`Registry with name ${registry} has no resource policy.`);
}

export function resourceNotFound(arn: string): AwsError {
  return notFound(`Resource with ARN ${arn} does not exist.`);
}

export function conflict(message: string): AwsError {
  return schemasError("ConflictException", 409, message);
}

export function preconditionFailed(): AwsError {
  return schemasError("PreconditionFailedException", 412, "The RevisionId is not the current one.");
}

function notFound(message: string): AwsError {
  return schemasError("NotFoundException", 404, message);
}

function schemasError(code: string, status: number, message: string): AwsError {
  return new AwsError({ code, status, message, members: { Code: code, Message: message } });
}
