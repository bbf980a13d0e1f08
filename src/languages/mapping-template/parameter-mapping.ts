/**
 * Mapping expressions of parameters: `method.request.querystring.x`, `integration.response.header.x`,
 * `context.requestId`, `stageVariables.x`, `'static'`.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
import type { JsonObject } from "../../base/json.ts";
import { Budget } from "../vtl/budget.ts";
import { TemplateError } from "../vtl/template-error.ts";
import { MapValue, type Value } from "../vtl/value.ts";
import { jsonOf, textOf } from "../vtl/value-text.ts";
import { findPath, isPath } from "./json-path.ts";
import { parseJsonValue } from "./json-value.ts";

/** Where a request's or a response's parameters are. */
export type ParameterLocation = "header" | "querystring" | "path";

export type ParameterMapping =
  | { readonly kind: "static"; readonly value: string }
  | {
      readonly kind: "parameter";
      readonly of: "method.request" | "integration.response";
      readonly location: ParameterLocation;
      readonly name: string;
      /** `multivalueheader`, `multivaluequerystring`: every value, where else it is the last. */
      readonly every: boolean;
    }
  | {
      readonly kind: "body";
      readonly of: "method.request" | "integration.response";
      /** A JSONPath into the body; the body as it is without one. */
      readonly path: string | undefined;
    }
  | { readonly kind: "context"; readonly path: readonly string[] }
  | { readonly kind: "stageVariable"; readonly name: string };

/** What mapping expressions read: a method's request, or an integration's response. */
export interface ParameterSource {
  /** Every value by name. Names of headers are found in any case. */
  readonly parameters: {
    readonly [location in ParameterLocation]: Readonly<Record<string, readonly string[]>>;
  };
  readonly body: string;
  readonly context: JsonObject;
  readonly stageVariables: Readonly<Record<string, string>>;
}

/**
 * `undefined` when the text is no mapping expression of that side: of a request, `method.request...`;
 * of a response, `integration.response...`.
 */
export function parseParameterMapping(
  text: string,
  of: "method.request" | "integration.response",
): ParameterMapping | undefined {
  if (text.length >= 2 && text.startsWith("'") && text.endsWith("'")) {
    return { kind: "static", value: text.slice(1, -1) };
  }
  const [, variable] = text.match(/^stageVariables\.(\w+)$/) ?? [];
  if (variable !== undefined) {
    return { kind: "stageVariable", name: variable };
  }
  const [, context] = text.match(/^context\.([\w-]+(?:\.[\w-]+)*)$/) ?? [];
  if (context !== undefined) {
    return { kind: "context", path: context.split(".") };
  }
  return text.startsWith(`${of}.`) ? parseRequested(text.slice(of.length + 1), of) : undefined;
}

const PARAMETER = /^(multivalue)?(header|querystring|path)\.([\w!#$%&'*+.^`|~:-]+)$/;

function parseRequested(
  text: string,
  of: "method.request" | "integration.response",
): ParameterMapping | undefined {
  const [, every, location, name] = text.match(PARAMETER) ?? [];
  if (location !== undefined && name !== undefined) {
    const isThere =
      (of === "method.request" || location === "header") &&
      (location !== "path" || every === undefined);
    return isThere
      ? {
          kind: "parameter",
          of,
          location: location as ParameterLocation,
          name,
          every: every !== undefined,
        }
      : undefined;
  }
  if (text === "body") {
    return { kind: "body", of, path: undefined };
  }
  const path = `$${text.slice("body".length)}`;
  return /^body[.[]/.test(text) && isPath(path) ? { kind: "body", of, path } : undefined;
}

/** The values: none where the source has nothing there. */
export function evaluateParameterMapping(
  mapping: ParameterMapping,
  source: ParameterSource,
): readonly string[] {
  switch (mapping.kind) {
    case "static":
      return [mapping.value];
    case "stageVariable":
      return present(contextValue([mapping.name], source.stageVariables));
    case "context":
      return present(contextValue(mapping.path, source.context));
    case "parameter":
      return parameterValues(mapping, source);
    case "body":
      return mapping.path === undefined ? present(source.body) : found(mapping.path, source.body);
  }
}

/** What is no text goes as JSON. A body that is no JSON has nothing of a path. */
function found(path: string, body: string): readonly string[] {
  const budget = new Budget();
  let value: Value | undefined;
  try {
    value = findPath(path, parseJsonValue(body), budget);
  } catch (error) {
    if (error instanceof TemplateError) {
      return [];
    }
    throw error;
  }
  if (value === undefined || value === null) {
    return [];
  }
  return [value instanceof MapValue ? jsonOf(value, budget) : textOf(value, budget)];
}

function parameterValues(
  { location, name, every }: ParameterMapping & { readonly kind: "parameter" },
  source: ParameterSource,
): readonly string[] {
  const all = source.parameters[location];
  const key = Object.keys(all).find((candidate) =>
    location === "header" ? candidate.toLowerCase() === name.toLowerCase() : candidate === name,
  );
  const values = key === undefined ? [] : (all[key] ?? []);
  return every ? values : values.slice(-1);
}

function contextValue(path: readonly string[], context: JsonObject): unknown {
  let value: unknown = context;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) {
      return undefined;
    }
    value = (value as JsonObject)[name];
  }
  return value;
}

function present(value: unknown): readonly string[] {
  if (value === undefined || value === null) {
    return [];
  }
  return [typeof value === "object" ? JSON.stringify(value) : String(value)];
}
