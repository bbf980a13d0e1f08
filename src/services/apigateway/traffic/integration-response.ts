/**
 * What an integration that is no proxy answered, as the method's response: chosen by pattern,
 * mapped by templates and expressions.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html
 */
import { fromBase64, toBase64, utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import { parseJson } from "../../../base/json.ts";
import {
  type Overrides,
  renderMapping,
} from "../../../languages/mapping-template/mapping-template.ts";
import {
  evaluateParameterMapping,
  parseParameterMapping,
} from "../../../languages/mapping-template/parameter-mapping.ts";
import type { Integration, IntegrationResponse } from "../../../wire/models/apigateway.gen.ts";
import { httpStatusOf } from "../../../wire/proxy-result.ts";
import { patternOf } from "../selection.ts";
import { lastOf, type Multi, valuesOf } from "./headers.ts";
import { contextOf, type Routed } from "./incoming.ts";
import { isBinary, mediaType } from "./media-types.ts";
import { type Answer, answeredName } from "./proxy.ts";
import { internal } from "./refusal.ts";

/** What came back, before any mapping. */
export interface Endpoint {
  readonly body: Uint8Array;
  readonly headers: Multi;
  /** What selection patterns are held against: a status, or the message of a function's error. */
  readonly selector: string;
}

export function integrationAnswer(
  routed: Routed,
  integration: Integration,
  endpoint: Endpoint,
  requestOverrides: Overrides | undefined,
): Answer {
  const response = chosen(integration, endpoint.selector);
  if (response === undefined) {
    throw internal(
      "Execution failed due to configuration error: No match for output mapping and no default endpoint response mapping configured.",
    );
  }
  const { text, type, overrides } = responseBody(routed, response, endpoint);
  const over = { ...requestOverrides?.response, ...withoutNothing(overrides?.response) };
  const headers = mappedHeaders(routed, response, endpoint);
  for (const [name, values] of Object.entries(over.header ?? {})) {
    headers.set(name.toLowerCase(), values);
  }
  if (!headers.has("content-type")) {
    headers.set("content-type", [type]);
  }
  return {
    status: httpStatusOf(over.status ?? response.statusCode) ?? 200,
    headers: [...headers].flatMap(([name, values]) =>
      values.map((value) => [answeredName(name), value] as const),
    ),
    body: text === undefined ? handled(routed, response, endpoint) : utf8Encode(text),
  };
}

function withoutNothing(response: Overrides["response"] | undefined) {
  if (response === undefined) {
    return {};
  }
  const { status, header } = response;
  return {
    ...(status !== undefined && { status }),
    ...(Object.keys(header).length > 0 && { header }),
  };
}

function chosen(integration: Integration, selector: string): IntegrationResponse | undefined {
  const all = Object.values(integration.integrationResponses ?? {});
  const byPattern = all.find(
    ({ selectionPattern }) =>
      selectionPattern && selector !== "" && patternOf(selectionPattern)?.test(selector) === true,
  );
  return byPattern ?? all.find(({ selectionPattern }) => !selectionPattern);
}

function responseBody(
  routed: Routed,
  { responseTemplates = {} }: IntegrationResponse,
  endpoint: Endpoint,
): { readonly text?: string; readonly type: string; readonly overrides?: Overrides } {
  const own = valuesOf(endpoint.headers, "content-type")[0] ?? "application/json";
  const accepted = mediaType(valuesOf(routed.headers, "accept")[0]) ?? "";
  const types = Object.keys(responseTemplates);
  const type =
    [accepted, mediaType(own) ?? "", "application/json"].find((one) => types.includes(one)) ??
    types[0];
  const template = type === undefined ? undefined : responseTemplates[type];
  if (type === undefined || template === undefined || template === "") {
    return { type: own };
  }
  try {
    const { text, overrides } = renderMapping(routed.compiled.template(template), {
      body: utf8Decode(endpoint.body),
      parameters: {
        path: routed.match.variables,
        querystring: lastOf(routed.query),
        header: lastOf(routed.headers),
      },
      context: contextOf(routed, routed),
      stageVariables: routed.stage.variables ?? {},
    });
    return { text, type, overrides };
  } catch (error) {
    throw internal(`Execution failed due to configuration error: ${String(error)}`);
  }
}

function mappedHeaders(
  routed: Routed,
  { responseParameters = {} }: IntegrationResponse,
  endpoint: Endpoint,
): Map<string, readonly string[]> {
  const headers = new Map<string, readonly string[]>();
  for (const [target, expression] of Object.entries(responseParameters)) {
    const name = target.replace(/^method\.response\.header\./, "").toLowerCase();
    const mapping = parseParameterMapping(expression, "integration.response");
    if (mapping === undefined) {
      throw internal(`Invalid mapping expression specified: ${expression}`);
    }
    const values = evaluateParameterMapping(mapping, {
      parameters: { header: endpoint.headers, querystring: {}, path: {} },
      body: utf8Decode(endpoint.body),
      context: contextOf(routed, routed),
      stageVariables: routed.stage.variables ?? {},
    });
    if (values.length > 0) {
      headers.set(name, values);
    }
  }
  return headers;
}

/** Binary as base64, and base64 as binary, where the response asks for it. */
function handled(
  routed: Routed,
  { contentHandling }: IntegrationResponse,
  { body, headers }: Endpoint,
): Uint8Array {
  if (contentHandling === "CONVERT_TO_BINARY") {
    const text = utf8Decode(body);
    const quoted = parseJson(text);
    return fromBase64(typeof quoted === "string" ? quoted : text);
  }
  const { binaryMediaTypes } = routed.compiled.snapshot;
  const binary = isBinary(binaryMediaTypes, valuesOf(headers, "content-type")[0]);
  return contentHandling === "CONVERT_TO_TEXT" && binary ? utf8Encode(toBase64(body)) : body;
}
