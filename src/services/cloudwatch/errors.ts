/**
 * The errors of CloudWatch.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html
 */
import { AwsError } from "../../wire/aws-error.ts";

export function invalidValue(message: string): AwsError {
  return new AwsError({ code: "InvalidParameterValueException", message });
}

export function invalidCombination(message: string): AwsError {
  return new AwsError({ code: "InvalidParameterCombinationException", message });
}

export function missingParameter(message: string): AwsError {
  return new AwsError({ code: "MissingRequiredParameterException", message });
}

export function validation(message: string): AwsError {
  return new AwsError({ code: "ValidationException", message });
}

export function invalidNextToken(): AwsError {
  return new AwsError({ code: "InvalidNextToken", message: "The next token is not valid." });
}

/** The operations on tags have another error than those on alarms. */
export function resourceNotFound(resourceArn: string): AwsError {
  return new AwsError({
    code: "ResourceNotFoundException",
    message: `Unknown resource: ${resourceArn}`,
    status: 404,
    members: { ResourceType: "Resource", ResourceId: resourceArn },
  });
}

export function alarmNotFound(name: string): AwsError {
  return new AwsError({
    code: "ResourceNotFound",
    message: `Could not find alarm ${name}`,
    status: 404,
  });
}

export function invalidFormat(message: string): AwsError {
  return new AwsError({ code: "InvalidFormatFault", message });
}

export function dashboardNotFound(names: readonly string[]): AwsError {
  return new AwsError({
    code: "DashboardNotFoundError",
    message: `Dashboard ${names.join(", ")} does not exist`,
    status: 404,
  });
}

export function dashboardInvalid(
  messages: readonly { readonly DataPath?: string; readonly Message: string }[],
): AwsError {
  return new AwsError({
    code: "DashboardInvalidInputError",
    message: "The field DashboardBody must be a valid JSON object",
    members: { dashboardValidationMessages: messages },
  });
}
