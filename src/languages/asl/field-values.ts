/** Checks the value of one field of a definition. */
import { jsonataProblems } from "./data/jsonata.ts";
import { pathProblem } from "./data/paths.ts";
import { templateProblems } from "./data/payload-template.ts";
import { isArray, isObject, type Json, type JsonObject } from "./data/scope.ts";
import { timestampMs } from "./data/timestamp.ts";
import type { Findings } from "./diagnostic.ts";
import type { QueryLanguage } from "./machine.ts";
import type { FieldKind, Fields } from "./state-fields.ts";

export interface FieldContext {
  readonly language: QueryLanguage;
  readonly findings: Findings;
}

/** Every field must be known to its holder and to its language, and its value be of its kind. */
export function checkFields(
  context: FieldContext,
  holder: JsonObject,
  fields: Fields,
  location: string,
): void {
  const { language, findings } = context;
  for (const [name, value] of Object.entries(holder)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) {
      findings.schema(`Field '${name}' is not supported`, location);
    } else if (field.only !== undefined && field.only !== language) {
      findings.schema(
        `The QueryLanguage is set to '${language}', but field '${name}' is only supported ` +
          `for the '${field.only}' QueryLanguage`,
        location,
      );
    } else {
      checkValue(context, value, field.kind, `${location}/${name}`);
      if (name === "Assign") {
        checkVariables(findings, value, `${location}/${name}`);
      }
    }
  }
}

const VARIABLE = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;
const VARIABLE_LENGTH_MAX = 80;

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html */
export function checkVariables(findings: Findings, assign: Json, location: string): void {
  if (typeof assign === "string" || isArray(assign)) {
    findings.schema("Expected value of type Object", location);
  }
  for (const key of Object.keys(isObject(assign) ? assign : {})) {
    const name = key.replace(/\.\$$/, "");
    if (!VARIABLE.test(name) || name.length > VARIABLE_LENGTH_MAX || name === "states") {
      findings.schema(`'${name}' is not a valid variable name`, location);
    }
  }
}

export function isExpression(value: Json | undefined): value is string {
  return typeof value === "string" && value.startsWith("{%") && value.endsWith("%}");
}

export function checkValue(
  context: FieldContext,
  value: Json,
  kind: FieldKind,
  location: string,
): void {
  if (kind === "template") {
    checkTemplate(context, value, location);
    return;
  }
  if (context.language === "JSONata" && isExpression(value) && EXPRESSIBLE.has(kind)) {
    checkJsonata(context, value, location);
    return;
  }
  const problem = problemOf(kind, value);
  if (problem !== undefined) {
    context.findings.schema(problem, location);
  }
}

const EXPRESSIBLE = new Set<FieldKind>([
  "any",
  "count",
  "integer",
  "number",
  "object",
  "text",
  "timestamp",
]);

function checkTemplate(context: FieldContext, value: Json, location: string): void {
  if (context.language === "JSONata") {
    checkJsonata(context, value, location);
    return;
  }
  if (!isObject(value)) {
    context.findings.schema("Expected value of type Object", location);
    return;
  }
  for (const { message, pointer } of templateProblems(value, location)) {
    context.findings.schema(message, pointer);
  }
  warnOfPaths(context, value, location);
}

export function checkJsonata({ findings }: FieldContext, value: Json, location: string): void {
  for (const { code, message, pointer } of jsonataProblems(value, location)) {
    findings.error(code, message, pointer);
  }
}

/** A path that was probably meant to be read: its field's name does not end in `.$`. */
function warnOfPaths({ findings }: FieldContext, value: Json, location: string): void {
  if (isArray(value)) {
    value.forEach((item, index) => {
      warnOfPaths({ findings, language: "JSONPath" }, item, `${location}[${index}]`);
    });
    return;
  }
  for (const [name, item] of Object.entries(isObject(value) ? value : {})) {
    if (typeof item === "string" && /^(\$\.|\$\$\.|\$\[|States\.\w+\()/.test(item)) {
      if (!name.endsWith(".$")) {
        findings.warn(
          "NO_DOLLAR",
          `Field '${name}' appears to be a JSONPath or intrinsic function, but its name does not end with '.$'`,
          `${location}/${name}`,
        );
      }
    } else {
      warnOfPaths({ findings, language: "JSONPath" }, item, `${location}/${name}`);
    }
  }
}

/** Longest Wait and timeout: a bit more than three years. */
const SECONDS_MAX = 99_999_999;

function problemOf(kind: FieldKind, value: Json): string | undefined {
  switch (kind) {
    case "array":
      return isArray(value) ? undefined : "Expected value of type Array";
    case "boolean":
      return typeof value === "boolean" ? undefined : "Expected value of type Boolean";
    case "object":
      return isObject(value) ? undefined : "Expected value of type Object";
    case "string":
    case "text":
      return typeof value === "string" ? undefined : "Expected value of type String";
    case "number":
      return typeof value === "number" && value >= 0 ? undefined : "Expected value of type Number";
    case "integer":
    case "count":
      return numberProblem(value, kind === "count" ? 1 : 0);
    case "timestamp":
      return timestampProblem(value);
    case "any":
    case "template":
      return undefined;
    default:
      return pathKindProblem(kind, value);
  }
}

function numberProblem(value: Json, least: number): string | undefined {
  if (typeof value !== "number" || !Number.isInteger(value)) {
    return "Expected value of type Integer";
  }
  return value < least || value > SECONDS_MAX
    ? `Value must be between ${least} and ${SECONDS_MAX}`
    : undefined;
}

function timestampProblem(value: Json): string | undefined {
  if (typeof value !== "string") {
    return "Expected value of type String";
  }
  return timestampMs(value) === undefined ? "Value is not a valid timestamp" : undefined;
}

const PATH_KINDS = {
  path: "path",
  nullablePath: "path",
  computedPath: "value",
  referencePath: "reference",
  resultPath: "result",
} as const;

function pathKindProblem(kind: keyof typeof PATH_KINDS, value: Json): string | undefined {
  if (value === null && (kind === "nullablePath" || kind === "resultPath")) {
    return undefined;
  }
  return typeof value === "string"
    ? pathProblem(value, PATH_KINDS[kind])
    : "Expected value of type String";
}
