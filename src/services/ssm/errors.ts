/**
 * The errors of Parameter Store.
 * Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
import { AwsError } from "../../wire/aws-error.ts";
import {
  ADVANCED_VALUE_SIZE_MAX,
  HIERARCHY_LEVELS_MAX,
  LABELS_PER_VERSION_MAX,
  STANDARD_PARAMETERS_MAX,
  STANDARD_VALUE_SIZE_MAX,
} from "./limits.ts";

export function validationException(message: string): AwsError {
  return new AwsError({ code: "ValidationException", message });
}

/** AWS says no more than the code. */
export function parameterNotFound(): AwsError {
  return new AwsError({ code: "ParameterNotFound", message: "" });
}

export function secretNotDecrypted(): AwsError {
  return validationException(
    "WithDecryption flag must be True for retrieving a Secret Manager secret.",
  );
}

export function secretNotFound(name: string, cause: AwsError): AwsError {
  return new AwsError({
    code: "ParameterNotFound",
    message: `An error occurred (${cause.code}) when referencing Secrets Manager: Secret ${name} not found. ${cause.message}`,
  });
}

export function parameterAlreadyExists(): AwsError {
  return new AwsError({
    code: "ParameterAlreadyExists",
    message:
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
  });
}

export function versionNotFound(name: string, selector: string): AwsError {
  return new AwsError({
    code: "ParameterVersionNotFound",
    message: `Systems Manager could not find version ${selector} of ${name}. Verify the version and try again.`,
  });
}

export function labelNotFound(name: string, label: string): AwsError {
  return new AwsError({
    code: "ParameterVersionNotFound",
    message: `Systems Manager could not find label ${label} for parameter ${name}. Verify the label and try again.`,
  });
}

export function invalidName(): AwsError {
  return validationException(
    `Parameter name: can't be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_`,
  );
}

export function reservedName(name: string): AwsError {
  return new AwsError({
    code: "AccessDeniedException",
    message: `No access to reserved parameter name: ${name}.`,
  });
}

export function nameNotQualified(): AwsError {
  return validationException("Parameter name must be a fully qualified name.");
}

export function invalidPath(): AwsError {
  return validationException(
    `The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can't be prefixed with \\"aws\\" or \\"ssm\\" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.`,
  );
}

export function hierarchyTooDeep(): AwsError {
  return new AwsError({
    code: "HierarchyLevelLimitExceededException",
    message: `A hierarchy can have a maximum of ${HIERARCHY_LEVELS_MAX} levels.`,
  });
}

export function valueTooLarge(tier: string): AwsError {
  return validationException(
    tier === "Advanced"
      ? `Advanced tier parameters support a maximum parameter value of ${ADVANCED_VALUE_SIZE_MAX} characters.`
      : `Standard tier parameters support a maximum parameter value of ${STANDARD_VALUE_SIZE_MAX} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`,
  );
}

export function noDowngrade(): AwsError {
  return validationException(
    "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
  );
}

export function tooManyParameters(): AwsError {
  return new AwsError({
    code: "ParameterLimitExceeded",
    message: `You have reached the maximum number of standard parameters for this AWS account and Region (${STANDARD_PARAMETERS_MAX}). To add more parameters, either delete existing parameters or upgrade to the advanced-parameter tier (charges apply).`,
  });
}

export function patternMismatch(pattern: string): AwsError {
  return new AwsError({
    code: "ParameterPatternMismatchException",
    message: `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
  });
}

export function invalidPattern(): AwsError {
  return new AwsError({
    code: "InvalidAllowedPatternException",
    message: "The request doesn't meet the regular expression requirement.",
  });
}

export function oldestVersionIsLabelled(name: string, version: number): AwsError {
  return new AwsError({
    code: "ParameterMaxVersionLimitExceeded",
    message: `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
  });
}

export function tooManyLabels(): AwsError {
  return new AwsError({
    code: "ParameterVersionLabelLimitExceeded",
    message: `A parameter version can have a maximum of ${LABELS_PER_VERSION_MAX} labels. Move one or more labels to another version and try again.`,
  });
}

export function tooManyTags(): AwsError {
  return new AwsError({
    code: "TooManyTagsError",
    message:
      "The Targets parameter includes too many tags. Remove one or more tags and try the command again.",
  });
}

export function invalidResourceId(): AwsError {
  return new AwsError({
    code: "InvalidResourceId",
    message: "The resource ID isn't valid. Verify that you entered the correct ID and try again.",
  });
}

export function invalidFilterOption(option: string): AwsError {
  return new AwsError({
    code: "InvalidFilterOption",
    message: `The following filter option is not valid: ${option}. Valid options include: [BeginsWith, Equals].`,
  });
}

export function invalidFilterKey(key: string): AwsError {
  return new AwsError({
    code: "InvalidFilterKey",
    message: `The specified key isn't valid: ${key}`,
  });
}

export function invalidFilterValue(message: string): AwsError {
  return new AwsError({ code: "InvalidFilterValue", message });
}

export function invalidNextToken(): AwsError {
  return new AwsError({ code: "InvalidNextToken", message: "The specified token isn't valid." });
}
