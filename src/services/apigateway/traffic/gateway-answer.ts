/**
 * Answers that the gateway gives itself: gateway responses, as the API customized them.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
import { utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import type { JsonObject } from "../../../base/json.ts";
import {
  gatewayError,
  substituteVariables,
} from "../../../languages/mapping-template/gateway-response-template.ts";
import {
  evaluateParameterMapping,
  type ParameterSource,
  parseParameterMapping,
} from "../../../languages/mapping-template/parameter-mapping.ts";
import type { HeaderList } from "../../../wire/proxy-result.ts";
import type { GatewayResponseRecord } from "../keys.ts";
import { RESPONSE_TYPES } from "../response-types.ts";
import type { PathMatch } from "./compile.ts";
import { valuesOf } from "./headers.ts";
import type { Caller } from "./incoming.ts";
import { contextOf, type Incoming } from "./incoming.ts";
import { mediaType } from "./media-types.ts";
import type { Answer } from "./proxy.ts";
import type { Refusal } from "./refusal.ts";

/** `x-amzn-errortype` of a refusal. */
const ERROR_TYPES: Readonly<Record<string, string>> = {
  ACCESS_DENIED: "AccessDeniedException",
  API_CONFIGURATION_ERROR: "InternalServerErrorException",
  AUTHORIZER_CONFIGURATION_ERROR: "AuthorizerConfigurationException",
  AUTHORIZER_FAILURE: "AuthorizerConfigurationException",
  BAD_REQUEST_BODY: "BadRequestException",
  BAD_REQUEST_PARAMETERS: "BadRequestException",
  EXPIRED_TOKEN: "ExpiredTokenException",
  INVALID_API_KEY: "ForbiddenException",
  INVALID_SIGNATURE: "InvalidSignatureException",
  MISSING_AUTHENTICATION_TOKEN: "MissingAuthenticationTokenException",
  QUOTA_EXCEEDED: "LimitExceededException",
  REQUEST_TOO_LARGE: "RequestTooLargeException",
  RESOURCE_NOT_FOUND: "NotFoundException",
  THROTTLED: "TooManyRequestsException",
  UNAUTHORIZED: "UnauthorizedException",
  UNSUPPORTED_MEDIA_TYPE: "UnsupportedMediaTypeException",
};

export function refusalAnswer(
  incoming: Incoming,
  refusal: Refusal,
  found: { readonly match?: PathMatch | undefined; readonly caller?: Caller | undefined },
): Answer {
  const [ownStatus = "500", ownMessage = ""] = RESPONSE_TYPES[refusal.type] ?? [];
  const usual = refusal.status ?? Number(ownStatus);
  const { gatewayResponses } = incoming.compiled;
  const fallback = gatewayResponses.get(usual >= 500 ? "DEFAULT_5XX" : "DEFAULT_4XX");
  const custom = gatewayResponses.get(refusal.type) ?? fallback;
  const message = refusal.said === undefined ? ownMessage : refusal.said;
  const error = gatewayError(refusal.type, message, refusal.problems);
  const source = sourceOf(incoming, { ...contextOf(incoming, found), error }, found.match);
  const errorType = ERROR_TYPES[refusal.type] ?? "InternalServerErrorException";
  const { type, text } = written(custom, { refusal, message, source });
  return {
    status: Number(custom?.statusCode ?? fallback?.statusCode ?? usual),
    headers: [
      ["content-type", type],
      ["x-amzn-errortype", errorType],
      ...customHeaders(custom, source),
    ],
    body: utf8Encode(text),
  };
}

/** What templates and header mappings of gateway responses see. */
function sourceOf(
  incoming: Incoming,
  context: JsonObject,
  match: PathMatch | undefined,
): ParameterSource {
  const path = Object.entries(match?.variables ?? {}).map(([name, value]) => [name, [value]]);
  return {
    parameters: {
      header: incoming.headers,
      querystring: incoming.query,
      path: Object.fromEntries(path),
    },
    body: utf8Decode(incoming.request.body),
    context,
    stageVariables: incoming.stage.variables ?? {},
  };
}

function written(
  custom: GatewayResponseRecord | undefined,
  error: {
    readonly refusal: Refusal;
    readonly message: string | null;
    readonly source: ParameterSource;
  },
): { readonly type: string; readonly text: string } {
  const templates = custom?.responseTemplates ?? {};
  const { header } = error.source.parameters;
  const wanted = mediaType(valuesOf(header, "accept")[0]) ?? "";
  const type = Object.hasOwn(templates, wanted) ? wanted : Object.keys(templates)[0];
  const template = type === undefined ? undefined : templates[type];
  if (type === undefined || template === undefined) {
    // The text of a denial has a name of its own, and always had.
    const name = error.refusal.type === "ACCESS_DENIED" ? "Message" : "message";
    return { type: "application/json", text: JSON.stringify({ [name]: error.message }) };
  }
  return { type, text: substituteVariables(template, error.source) };
}

function customHeaders(
  custom: GatewayResponseRecord | undefined,
  source: ParameterSource,
): HeaderList {
  return Object.entries(custom?.responseParameters ?? {}).flatMap(([target, expression]) => {
    const name = target.replace(/^gatewayresponse\.header\./, "").toLowerCase();
    const mapping = parseParameterMapping(expression, "method.request");
    const values = mapping ? evaluateParameterMapping(mapping, source) : [expression];
    return values.map((value) => [name, value] as const);
  });
}
