/**
 * Answers that the gateway gives itself: gateway responses, as the API customized them.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
import { utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import type { JsonObject } from "../../../base/json.ts";
import {
  evaluateParameterMapping,
  parseParameterMapping,
} from "../../../languages/mapping-template/parameter-mapping.ts";
import type { HeaderList } from "../../../wire/proxy-result.ts";
import type { GatewayResponseRecord } from "../keys.ts";
import { RESPONSE_TYPES } from "../response-types.ts";
import type { PathMatch } from "./compile.ts";
import { lastOf, valuesOf } from "./headers.ts";
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
  const context = {
    ...contextOf(incoming, found),
    error: {
      message,
      messageString: JSON.stringify(message),
      responseType: refusal.type,
      validationErrorString: refusal.problems,
    },
  };
  const errorType = ERROR_TYPES[refusal.type] ?? "InternalServerErrorException";
  const { type, text } = written(incoming, custom, { refusal, message, context });
  return {
    status: Number(custom?.statusCode ?? fallback?.statusCode ?? usual),
    headers: [
      ["content-type", type],
      ["x-amzn-errortype", errorType],
      ...customHeaders(incoming, custom, context),
    ],
    body: utf8Encode(text),
  };
}

function written(
  incoming: Incoming,
  custom: GatewayResponseRecord | undefined,
  error: {
    readonly refusal: Refusal;
    readonly message: string | null;
    readonly context: JsonObject;
  },
): { readonly type: string; readonly text: string } {
  const templates = custom?.responseTemplates ?? {};
  const wanted = mediaType(valuesOf(incoming.headers, "accept")[0]) ?? "";
  const type = Object.hasOwn(templates, wanted) ? wanted : Object.keys(templates)[0];
  const template = type === undefined ? undefined : templates[type];
  if (type === undefined || template === undefined) {
    // The text of a denial has a name of its own, and always had.
    const name = error.refusal.type === "ACCESS_DENIED" ? "Message" : "message";
    return { type: "application/json", text: JSON.stringify({ [name]: error.message }) };
  }
  return { type, text: substituted(template, error.context) };
}

/** Templates of gateway responses have variables alone: they are no Velocity. */
function substituted(template: string, context: JsonObject): string {
  return template.replace(
    /\$context((?:\.\w+)+)|\$\{context((?:\.\w+)+)\}/g,
    (_, plain, braced) => {
      let value: unknown = context;
      for (const name of String(plain ?? braced)
        .split(".")
        .slice(1)) {
        value =
          typeof value === "object" && value !== null ? (value as JsonObject)[name] : undefined;
      }
      return value === undefined || value === null ? "" : String(value);
    },
  );
}

function customHeaders(
  incoming: Incoming,
  custom: GatewayResponseRecord | undefined,
  context: JsonObject,
): HeaderList {
  return Object.entries(custom?.responseParameters ?? {}).flatMap(([target, expression]) => {
    const name = target.replace(/^gatewayresponse\.header\./, "").toLowerCase();
    const mapping = parseParameterMapping(expression, "method.request");
    const values = mapping
      ? evaluateParameterMapping(mapping, {
          parameters: { header: incoming.headers, querystring: incoming.query, path: {} },
          body: utf8Decode(incoming.request.body),
          context,
          stageVariables: lastOf({}),
        })
      : [expression];
    return values.map((value) => [name, value] as const);
  });
}
