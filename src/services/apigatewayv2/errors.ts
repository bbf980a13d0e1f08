/** Source: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/ and recorded answers. */
import { AwsError } from "../../wire/aws-error.ts";

export function badRequest(message: string): AwsError {
  return new AwsError({ code: "BadRequestException", message });
}

/** Of an expression that maps a parameter, or says where an identity is. */
export function invalidExpression(expression: string): AwsError {
  return badRequest(
    "Invalid mapping expression specified: Validation Result: warnings : [], errors : " +
      `[Invalid mapping expression parameter specified: ${expression}]`,
  );
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

export function authorizerNotFound(authorizerId: string): AwsError {
  return notFound(`Invalid Authorizer identifier specified ${authorizerId}`);
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
