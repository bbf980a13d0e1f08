/**
 * Attribute values of DynamoDB as definitions in the wild write them: a bare text where `{"S": ...}`
 * belongs, and `"true"` where a truth value does. AWS's own published workflows rely on both, in the
 * integrations that Step Functions knows by name; those of the SDK are not read so.
 * Source: https://github.com/aws-samples/step-functions-workflows-collection (quorum-with-parallel-pattern)
 */
import {
  isArray,
  isObject,
  type Json,
  type JsonObject,
} from "../../../languages/asl/data/scope.ts";

/** Members of the requests that map names to attribute values. */
const VALUE_MAPS: ReadonlySet<string> = new Set(["ExpressionAttributeValues", "Item", "Key"]);

export function withAttributeValues(input: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(input).map(([name, member]): [string, Json] => [
      name,
      VALUE_MAPS.has(name) ? valueMap(member) : member,
    ]),
  );
}

function valueMap(values: Json): Json {
  if (!isObject(values)) {
    return values;
  }
  return Object.fromEntries(
    Object.entries(values).map(([name, value]): [string, Json] => [name, attributeValue(value)]),
  );
}

function attributeValue(value: Json): Json {
  if (typeof value === "string") {
    return { S: value };
  }
  if (!isObject(value)) {
    return value;
  }
  const { BOOL: truth, L: list, M: map } = value;
  if (truth === "true" || truth === "false") {
    return { ...value, BOOL: truth === "true" };
  }
  if (isArray(list)) {
    return { ...value, L: list.map(attributeValue) };
  }
  return map === undefined ? value : { ...value, M: valueMap(map) };
}
