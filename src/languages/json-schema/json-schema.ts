/**
 * JSON schemas of draft 4, with which API Gateway checks request bodies.
 *
 * Sources: https://datatracker.ietf.org/doc/html/draft-fge-json-schema-validation-00 and
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
 */
import type { JsonObject } from "../../base/json.ts";

/** Finds the schema that a `$ref` other than `#...` names: a model of the API by its address. */
export type ResolveModel = (address: string) => JsonObject | undefined;

/**
 * What is wrong with `value`, in the words of `$context.error.validationErrorString`; nothing where
 * it is valid.
 */
export function schemaProblems(
  schema: JsonObject,
  value: unknown,
  resolve: ResolveModel = () => undefined,
): readonly string[] {
  void resolve;
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const missing = isObject ? required.filter((name) => !Object.hasOwn(value, String(name))) : [];
  return missing.length > 0
    ? [`object has missing required properties (${JSON.stringify(missing)})`]
    : [];
}
