/**
 * Cross-origin requests, answered from an API's own configuration: the headers an integration
 * sends are ignored then.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
import type { HttpRequest } from "../../wire/http.ts";
import type { Output } from "../../wire/operations.ts";
import { badRequest } from "./errors.ts";

export type Cors = NonNullable<Output<"apigatewayv2", "GetApi">["CorsConfiguration"]>;

export type Headers = readonly (readonly [name: string, value: string])[];

/** Whether a request asks for permission rather than for the resource. */
export function isPreflight(request: HttpRequest): boolean {
  return (
    request.method === "OPTIONS" &&
    request.headers["origin"] !== undefined &&
    request.headers["access-control-request-method"] !== undefined
  );
}

/** None when the origin is not allowed. */
export function preflightHeaders(cors: Cors, request: HttpRequest): Headers {
  const origin = allowedOrigin(cors, request);
  if (origin === undefined) {
    return [];
  }
  return [
    ...originHeaders(cors, origin),
    ...listHeader("access-control-allow-methods", cors.AllowMethods),
    ...listHeader("access-control-allow-headers", cors.AllowHeaders),
    ...(cors.MaxAge === undefined
      ? []
      : ([["access-control-max-age", String(cors.MaxAge)]] as const)),
  ];
}

/** The headers of an ordinary answer to a request from another origin. */
export function responseHeaders(cors: Cors, request: HttpRequest): Headers {
  const origin = allowedOrigin(cors, request);
  return origin === undefined
    ? []
    : [
        ...originHeaders(cors, origin),
        ...listHeader("access-control-expose-headers", cors.ExposeHeaders),
      ];
}

/** What the gateway says itself, and an integration therefore does not. */
export function isCorsHeader(name: string): boolean {
  return name.startsWith("access-control-");
}

export function checkCors(cors: Cors | undefined): void {
  if (cors?.AllowCredentials === true && cors.AllowOrigins?.includes("*")) {
    throw badRequest("allow-credentials is not supported when allow-origins is '*'.");
  }
}

function originHeaders(cors: Cors, origin: string): Headers {
  const allowed = ["access-control-allow-origin", origin] as const;
  return cors.AllowCredentials === true
    ? [allowed, ["access-control-allow-credentials", "true"]]
    : [allowed];
}

function listHeader(name: string, values: readonly string[] | undefined): Headers {
  return values === undefined || values.length === 0 ? [] : [[name, values.join(",")]];
}

/** What `access-control-allow-origin` is to say. */
function allowedOrigin(cors: Cors, request: HttpRequest): string | undefined {
  const origin = request.headers["origin"];
  if (origin === undefined) {
    return undefined;
  }
  const origins = cors.AllowOrigins ?? [];
  if (origins.includes("*")) {
    return "*";
  }
  const allowed = origins.some((entry) =>
    entry.endsWith("://*") ? origin.startsWith(entry.slice(0, -1)) : entry === origin,
  );
  return allowed ? origin : undefined;
}
