/** Source: https://docs.aws.amazon.com/apigateway/latest/api/ and answers as clients report them. */
import { AwsError } from "../../wire/aws-error.ts";

export function badRequest(message: string): AwsError {
  return new AwsError({ code: "BadRequestException", message });
}

export function conflict(message: string): AwsError {
  return new AwsError({ code: "ConflictException", message, status: 409 });
}

export function notFound(message: string): AwsError {
  return new AwsError({ code: "NotFoundException", message, status: 404 });
}

export function apiNotFound(accountId: string, apiId: string): AwsError {
  return notFound(`Invalid API identifier specified ${accountId}:${apiId}`);
}
