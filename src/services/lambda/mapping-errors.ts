/** Errors of event source mappings. */
import type { AwsError } from "../../wire/aws-error.ts";
import { invalidParameterValue } from "./errors.ts";

/** Source: https://github.com/pulumi/pulumi-aws/issues/1418 */
export function unsupportedParameter(parameter: string): AwsError {
  const name = parameter.charAt(0).toLowerCase() + parameter.slice(1);
  return invalidParameterValue(
    `Unsupported '${name}' parameter for given event source mapping type.`,
  );
}
