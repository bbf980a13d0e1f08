/**
 * The request that goes to an integration which is no proxy: parameters and body as they are mapped.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
import { fromBase64, toBase64, utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import {
  type Overrides,
  renderMapping,
} from "../../../languages/mapping-template/mapping-template.ts";
import {
  evaluateParameterMapping,
  parseParameterMapping,
} from "../../../languages/mapping-template/parameter-mapping.ts";
import type { Integration } from "../../../wire/models/apigateway.gen.ts";
import { lastOf, type Multi, valuesOf } from "./headers.ts";
import { contextOf, type Routed } from "./incoming.ts";
import { isBinary, mediaType } from "./media-types.ts";
import { internal, Refusal } from "./refusal.ts";

export interface IntegrationRequest {
  readonly body: Uint8Array;
  readonly header: Multi;
  readonly querystring: Multi;
  readonly path: Readonly<Record<string, string>>;
  readonly overrides: Overrides | undefined;
}

export function integrationRequest(routed: Routed, integration: Integration): IntegrationRequest {
  const { text, body, overrides } = requestBody(routed, integration);
  const mapped = mappedParameters(routed, integration);
  const over = overrides?.request;
  return {
    body: text === undefined ? body : utf8Encode(text),
    header: { ...mapped.header, ...over?.header },
    querystring: { ...mapped.querystring, ...over?.querystring },
    path: { ...lastOf(mapped.path), ...lastOf(over?.path ?? {}) },
    overrides,
  };
}

/** By the template of the payload's type; what has none is passed through, or is not taken. */
function requestBody(
  routed: Routed,
  integration: Integration,
): {
  readonly text?: string;
  readonly body: Uint8Array;
  readonly overrides?: Overrides | undefined;
} {
  const { requestTemplates = {}, passthroughBehavior, contentHandling } = integration;
  const type = mediaType(valuesOf(routed.headers, "content-type")[0]) ?? "application/json";
  const template = requestTemplates[type] ?? requestTemplates["$default"];
  const body = handled(routed, contentHandling, type);
  if (template !== undefined) {
    const { text, overrides } = rendered(routed, template, utf8Decode(body));
    return { text, body, overrides };
  }
  const isRefused =
    passthroughBehavior === "NEVER" ||
    (passthroughBehavior === "WHEN_NO_TEMPLATES" && Object.keys(requestTemplates).length > 0);
  if (isRefused) {
    throw new Refusal("UNSUPPORTED_MEDIA_TYPE");
  }
  return { body };
}

function handled(routed: Routed, contentHandling: string | undefined, type: string): Uint8Array {
  const { body } = routed.request;
  const binary = isBinary(routed.compiled.snapshot.binaryMediaTypes, type);
  if (contentHandling === "CONVERT_TO_TEXT" && binary) {
    return utf8Encode(toBase64(body));
  }
  return contentHandling === "CONVERT_TO_BINARY" && !binary ? fromBase64(utf8Decode(body)) : body;
}

function rendered(routed: Routed, template: string, body: string) {
  try {
    return renderMapping(routed.compiled.template(template), {
      body,
      parameters: {
        path: routed.match.variables,
        querystring: lastOf(routed.query),
        header: lastOf(routed.headers),
      },
      context: contextOf(routed, routed),
      stageVariables: routed.stage.variables ?? {},
    });
  } catch (error) {
    throw internal(`Execution failed due to configuration error: ${String(error)}`);
  }
}

/** `integration.request.header.X` and the like, each from what its expression names. */
export function mappedParameters(
  routed: Routed,
  integration: Integration,
): { readonly header: Multi; readonly querystring: Multi; readonly path: Multi } {
  const mapped: Record<string, Record<string, readonly string[]>> = {
    header: {},
    querystring: {},
    path: {},
  };
  for (const [target, expression] of Object.entries(integration.requestParameters ?? {})) {
    const [, place = "", name = ""] =
      /^integration\.request\.(header|querystring|path)\.(.+)$/.exec(target) ?? [];
    const values = valuesOfExpression(routed, expression);
    const parameters = mapped[place];
    if (parameters !== undefined && values.length > 0) {
      parameters[name] = values;
    }
  }
  return mapped as { header: Multi; querystring: Multi; path: Multi };
}

function valuesOfExpression(routed: Routed, expression: string): readonly string[] {
  const mapping = parseParameterMapping(expression, "method.request");
  if (mapping === undefined) {
    throw internal(`Invalid mapping expression specified: ${expression}`);
  }
  const path = Object.entries(routed.match.variables).map(([name, value]) => [name, [value]]);
  return evaluateParameterMapping(mapping, {
    parameters: {
      header: routed.headers,
      querystring: routed.query,
      path: Object.fromEntries(path),
    },
    body: utf8Decode(routed.request.body),
    context: contextOf(routed, routed),
    stageVariables: routed.stage.variables ?? {},
  });
}
