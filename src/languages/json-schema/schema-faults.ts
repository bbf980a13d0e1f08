/**
 * What is wrong with a schema itself, in the words of API Gateway, which refuses to keep such a model.
 *
 * Sources, for the texts: https://github.com/aws/aws-cdk/issues/14585 (unsupported keywords),
 * https://github.com/aws/aws-cdk/issues/18715 (values listed twice), https://github.com/aws/aws-cdk/issues/27433 (an empty
 * list of required names), https://github.com/Dropsource/serverless-todo-api-example-complete/issues/3 (references)
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { canonicalText } from "./json-equality.ts";
import { isPattern } from "./schema-pattern.ts";

const INVALID = "Invalid model schema specified";
const NOT_CANONICAL = "Model reference must be in canonical form";

const MODEL_ADDRESS =
  /^https:\/\/apigateway\.amazonaws\.com\/restapis\/[^/#]+\/models\/[^/#]+(?:#.*)?$/;
const NESTING_MAX = 200;

const TYPES: ReadonlySet<unknown> = new Set(
  "array boolean integer null number object string".split(" "),
);

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isFlag: Check = (value) => typeof value === "boolean";
const isNumber: Check = (value) => typeof value === "number";
const isCount: Check = (value) => Number.isInteger(value) && Number(value) >= 0;
const isSet: Check = (value) =>
  Array.isArray(value) &&
  value.length > 0 &&
  new Set(value.map(canonicalText)).size === value.length;
const isNames: Check = (value) => isSet(value) && (value as unknown[]).every(isText);
const isSchemas: Check = (value) =>
  Array.isArray(value) && value.length > 0 && value.every(isJsonObject);
const isSchemaMap: Check = (value) =>
  isJsonObject(value) && Object.values(value).every(isJsonObject);

/** Every keyword of draft 4, with what its value may be. */
const KEYWORDS: Readonly<Record<string, Check>> = {
  $ref: isText,
  $schema: isText,
  additionalItems: (value) => isFlag(value) || isJsonObject(value),
  additionalProperties: (value) => isFlag(value) || isJsonObject(value),
  allOf: isSchemas,
  anyOf: isSchemas,
  default: () => true,
  definitions: isSchemaMap,
  dependencies: (value) =>
    isJsonObject(value) &&
    Object.values(value).every((dependency) => isJsonObject(dependency) || isNames(dependency)),
  description: isText,
  enum: isSet,
  exclusiveMaximum: isFlag,
  exclusiveMinimum: isFlag,
  format: isText,
  id: isText,
  items: (value) => isJsonObject(value) || isSchemas(value),
  maxItems: isCount,
  maxLength: isCount,
  maxProperties: isCount,
  maximum: isNumber,
  minItems: isCount,
  minLength: isCount,
  minProperties: isCount,
  minimum: isNumber,
  multipleOf: (value) => isNumber(value) && Number(value) > 0,
  not: isJsonObject,
  oneOf: isSchemas,
  pattern: (value) => typeof value === "string" && isPattern(value),
  patternProperties: (value) => isSchemaMap(value) && Object.keys(value as object).every(isPattern),
  properties: isSchemaMap,
  required: isNames,
  title: isText,
  type: (value) =>
    TYPES.has(value) || (isSet(value) && (value as unknown[]).every((type) => TYPES.has(type))),
  uniqueItems: isFlag,
};

interface Faults {
  readonly unsupported: Set<string>;
  isInvalid: boolean;
  isNotCanonical: boolean;
}

/** The errors of `Validation Result: warnings : [], errors : [...]`; none where the schema can be kept. */
export function schemaFaults(schema: JsonObject): readonly string[] {
  const faults: Faults = { unsupported: new Set(), isInvalid: false, isNotCanonical: false };
  collect(schema, faults, 0);
  if (faults.unsupported.size > 0) {
    const keywords = JSON.stringify([...faults.unsupported].sort());
    return [`${INVALID}. Unsupported keyword(s): ${keywords}`];
  }
  if (faults.isNotCanonical) {
    return [INVALID, NOT_CANONICAL];
  }
  return faults.isInvalid ? [INVALID] : [];
}

function collect(schema: JsonObject, faults: Faults, depth: number): void {
  if (depth > NESTING_MAX) {
    faults.isInvalid = true;
    return;
  }
  for (const [name, value] of Object.entries(schema)) {
    const check = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : undefined;
    if (check === undefined) {
      faults.unsupported.add(name);
    } else if (!check(value)) {
      faults.isInvalid = true;
    }
  }
  const reference = schema["$ref"];
  if (typeof reference === "string" && !reference.startsWith("#")) {
    faults.isNotCanonical ||= !MODEL_ADDRESS.test(reference);
  }
  for (const inner of schemasIn(schema)) {
    collect(inner, faults, depth + 1);
  }
}

/** The schemas right inside of a schema. */
function schemasIn(schema: JsonObject): readonly JsonObject[] {
  const { additionalItems, additionalProperties, allOf, anyOf, items, not, oneOf } = schema;
  const maps = ["definitions", "dependencies", "patternProperties", "properties"]
    .map((name) => schema[name])
    .filter(isJsonObject);
  return [
    ...maps.flatMap((map) => Object.values(map)),
    ...[additionalItems, additionalProperties, allOf, anyOf, items, not, oneOf].flat(),
  ].filter(isJsonObject);
}
