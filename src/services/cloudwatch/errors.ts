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
