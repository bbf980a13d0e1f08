/**
 * What the keywords of a schema say of a value, apart from its members.
 * Source: https://datatracker.ietf.org/doc/html/draft-fge-json-schema-validation-00#section-5
 */
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { FORMATS } from "./formats.ts";
import { canonicalText, equalJson } from "./json-equality.ts";
import { matchesPattern } from "./schema-pattern.ts";

/** The problems that the same value has with another schema. */
export type Sub = (schema: unknown) => readonly string[];

type Keyword = (value: unknown, schema: JsonObject, sub: Sub) => readonly string[];

const PASSED: readonly string[] = [];

export const KEYWORDS: Readonly<Record<string, Keyword>> = {
  additionalItems: (value, schema) => {
    const { items, additionalItems } = schema;
    if (additionalItems !== false || !Array.isArray(items) || !Array.isArray(value)) {
      return PASSED;
    }
    return when(
      value.length > items.length,
      `schema only allows ${items.length} elements in array but instance has ${value.length} elements`,
    );
  },
  additionalProperties: (value, schema) => {
    if (schema["additionalProperties"] !== false || !isJsonObject(value)) {
      return PASSED;
    }
    const extra = Object.keys(value).filter((name) => !isDescribed(schema, name));
    return when(
      extra.length > 0,
      `object instance has properties which are not allowed by the schema: ${listed(extra)}`,
    );
  },
  allOf: (_, schema, sub) => {
    const schemas = list(schema["allOf"]);
    const matched = count(schemas, sub);
    return when(
      matched < schemas.length,
      `instance failed to match all required schemas (matched only ${matched} out of ${schemas.length})`,
    );
  },
  anyOf: (_, schema, sub) => {
    const schemas = list(schema["anyOf"]);
    return when(
      count(schemas, sub) === 0,
      `instance failed to match at least one required schema among ${schemas.length}`,
    );
  },
  dependencies,
  enum: (value, schema) => {
    const values = list(schema["enum"]);
    return when(
      !values.some((candidate) => equalJson(candidate, value)),
      `instance value (${JSON.stringify(value)}) not found in enum (possible values: ${JSON.stringify(values)})`,
    );
  },
  format: (value, schema) => {
    const name = String(schema["format"]);
    const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
    return format === undefined || typeof value !== "string" || format.fits(value)
      ? PASSED
      : [format.problem(value)];
  },
  maxItems: sized(
    (value) => (Array.isArray(value) ? value.length : undefined),
    "maxItems",
    (size, limit) =>
      `array is too long: must have at most ${limit} elements but instance has ${size} elements`,
  ),
  minItems: sized(
    (value) => (Array.isArray(value) ? value.length : undefined),
    "minItems",
    (size, limit) =>
      `array is too short: must have at least ${limit} elements but instance has ${size} elements`,
  ),
  maxLength: sized(
    textLength,
    "maxLength",
    (size, limit, value) =>
      `string "${value}" is too long (length: ${size}, maximum allowed: ${limit})`,
  ),
  minLength: sized(
    textLength,
    "minLength",
    (size, limit, value) =>
      `string "${value}" is too short (length: ${size}, required minimum: ${limit})`,
  ),
  maxProperties: sized(
    (value) => (isJsonObject(value) ? Object.keys(value).length : undefined),
    "maxProperties",
    (size, limit) =>
      `object has too many properties (found ${size} but schema requires at most ${limit})`,
  ),
  minProperties: sized(
    (value) => (isJsonObject(value) ? Object.keys(value).length : undefined),
    "minProperties",
    (size, limit) =>
      `object has too few properties (found ${size} but schema requires at least ${limit})`,
  ),
  maximum: (value, schema) => {
    const limit = schema["maximum"];
    if (typeof value !== "number" || typeof limit !== "number") {
      return PASSED;
    }
    if (value > limit) {
      return [
        `numeric instance is greater than the required maximum (maximum: ${limit}, found: ${value})`,
      ];
    }
    return when(
      value === limit && schema["exclusiveMaximum"] === true,
      `numeric instance is not strictly lower than the required maximum ${limit}`,
    );
  },
  minimum: (value, schema) => {
    const limit = schema["minimum"];
    if (typeof value !== "number" || typeof limit !== "number") {
      return PASSED;
    }
    if (value < limit) {
      return [
        `numeric instance is lower than the required minimum (minimum: ${limit}, found: ${value})`,
      ];
    }
    return when(
      value === limit && schema["exclusiveMinimum"] === true,
      `numeric instance is not strictly greater than the required minimum ${limit}`,
    );
  },
  multipleOf: (value, schema) => {
    const divisor = schema["multipleOf"];
    return typeof value !== "number" || typeof divisor !== "number"
      ? PASSED
      : when(
          !isMultiple(value, divisor),
          `remainder of division is not zero (${value} / ${divisor})`,
        );
  },
  not: (_, schema, sub) =>
    when(sub(schema["not"]).length === 0, "instance matched a schema which it should not have"),
  oneOf: (_, schema, sub) => {
    const schemas = list(schema["oneOf"]);
    const matched = count(schemas, sub);
    return when(
      matched !== 1,
      `instance failed to match exactly one schema (matched ${matched} out of ${schemas.length})`,
    );
  },
  pattern: (value, schema) => {
    const pattern = schema["pattern"];
    return typeof value !== "string" || typeof pattern !== "string"
      ? PASSED
      : when(
          !matchesPattern(pattern, value),
          `ECMA 262 regex "${pattern}" does not match input string "${value}"`,
        );
  },
  required: (value, schema) => {
    const names = list(schema["required"]).map(String);
    const missing = isJsonObject(value) ? names.filter((name) => !Object.hasOwn(value, name)) : [];
    return when(missing.length > 0, `object has missing required properties (${listed(missing)})`);
  },
  type: (value, schema) => {
    const type = schema["type"];
    const allowed = new Set((Array.isArray(type) ? type : [type]).map(String));
    if (allowed.has("number")) {
      allowed.add("integer");
    }
    const found = typeOf(value);
    return when(
      !allowed.has(found),
      `instance type (${found}) does not match any allowed primitive type (allowed: ${listed([...allowed])})`,
    );
  },
  uniqueItems: (value, schema) =>
    when(
      schema["uniqueItems"] === true &&
        Array.isArray(value) &&
        new Set(value.map(canonicalText)).size < value.length,
      "array must not contain duplicate elements",
    ),
};

function when(isWrong: boolean, problem: string): readonly string[] {
  return isWrong ? [problem] : PASSED;
}

/** In alphabetical order, as JSON. */
function listed(names: readonly string[]): string {
  return JSON.stringify([...names].sort());
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function count(schemas: readonly unknown[], sub: Sub): number {
  return schemas.filter((schema) => sub(schema).length === 0).length;
}

function isDescribed(schema: JsonObject, name: string): boolean {
  const { properties, patternProperties } = schema;
  return (
    (isJsonObject(properties) && Object.hasOwn(properties, name)) ||
    (isJsonObject(patternProperties) &&
      Object.keys(patternProperties).some((pattern) => matchesPattern(pattern, name)))
  );
}

/** Names that others require, or schemas that apply, where a member is there. */
function dependencies(value: unknown, schema: JsonObject, sub: Sub): readonly string[] {
  const dependents = schema["dependencies"];
  if (!isJsonObject(value) || !isJsonObject(dependents)) {
    return PASSED;
  }
  const present = Object.keys(dependents).filter((name) => Object.hasOwn(value, name));
  return present.sort().flatMap((name) => {
    const dependency = dependents[name];
    if (!Array.isArray(dependency)) {
      return sub(dependency);
    }
    const names = dependency.map(String);
    const missing = names.filter((needed) => !Object.hasOwn(value, needed));
    return when(
      missing.length > 0,
      `property "${name}" of object has missing property dependencies ` +
        `(schema requires ${listed(names)}; missing: ${listed(missing)})`,
    );
  });
}

function textLength(value: unknown): number | undefined {
  return typeof value === "string" ? [...value].length : undefined;
}

function sized(
  sizeOf: (value: unknown) => number | undefined,
  keyword: string,
  problem: (size: number, limit: number, value: unknown) => string,
): Keyword {
  const isMaximum = keyword.startsWith("max");
  return (value, schema) => {
    const [size, limit] = [sizeOf(value), schema[keyword]];
    if (size === undefined || typeof limit !== "number") {
      return PASSED;
    }
    return when(isMaximum ? size > limit : size < limit, problem(size, limit, value));
  };
}

/** Of decimal numbers: `0.3` is a multiple of `0.1`. */
function isMultiple(value: number, divisor: number): boolean {
  const places = Math.max(decimals(value), decimals(divisor));
  const scale = 10 ** places;
  return Math.round(value * scale) % Math.round(divisor * scale) === 0;
}

function decimals(value: number): number {
  const [digits = "", exponent = "0"] = String(value).split("e");
  return Math.max(0, (digits.split(".")[1] ?? "").length - Number(exponent));
}

function typeOf(value: unknown): string {
  if (value === null || Array.isArray(value)) {
    return value === null ? "null" : "array";
  }
  return typeof value === "number" && Number.isInteger(value) ? "integer" : typeof value;
}
