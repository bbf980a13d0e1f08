/** Source: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/ and recorded answers. */
import { AwsError } from "../../wire/aws-error.ts";

export function badRequest(message: string): AwsError {
  return new AwsError({ code: "BadRequestException", message });
}

export function conflict(message: string): AwsError {
  return new AwsError({ code: "ConflictException", message, status: 409 });
}

export function apiNotFound(accountId: string, apiId: string): AwsError {
  return notFound(`Invalid API identifier specified ${accountId}:${apiId}`);
}

export function routeNotFound(routeId: string): AwsError {
  return notFound(`Invalid Route identifier specified ${routeId}`);
}

export function integrationNotFound(integrationId: string): AwsError {
  return notFound(`Invalid Integration identifier specified ${integrationId}`);
}

export function stageNotFound(): AwsError {
  return notFound("Invalid stage identifier specified");
}

export function deploymentNotFound(): AwsError {
  return notFound("Invalid Deployment identifier specified");
}

export function resourceNotFound(): AwsError {
  return notFound("Invalid resource identifier specified");
}

function notFound(message: string): AwsError {
  return new AwsError({ code: "NotFoundException", message, status: 404 });
}
