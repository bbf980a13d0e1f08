/**
 * Cross-origin requests to a function URL, answered from its own rules.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
 */
import type { HttpRequest } from "../../wire/http.ts";
import type { Cors } from "./function-url.ts";

type Headers = readonly (readonly [name: string, value: string])[];

/** Whether a request asks for permission rather than for the resource. */
export function isPreflight({ method, headers }: HttpRequest): boolean {
  return (
    method === "OPTIONS" &&
    headers["origin"] !== undefined &&
    headers["access-control-request-method"] !== undefined
  );
}

/** None when the origin is not allowed. */
export function preflightHeaders(cors: Cors, request: HttpRequest): Headers {
  const own = originHeaders(cors, request);
  return own.length === 0
    ? []
    : [
        ...own,
        ...list("access-control-allow-methods", cors.AllowMethods),
        ...list("access-control-allow-headers", cors.AllowHeaders),
        ...list("access-control-expose-headers", cors.ExposeHeaders),
        ...(cors.MaxAge === undefined
          ? []
          : ([["access-control-max-age", String(cors.MaxAge)]] as const)),
      ];
}

/** The rules of the URL stand in the place of what the function says itself. */
export function withCors(headers: Headers, cors: Cors | undefined, request: HttpRequest): Headers {
  if (cors === undefined) {
    return headers;
  }
  const own = originHeaders(cors, request);
  return [
    ...headers.filter(([name]) => !name.startsWith("access-control-")),
    ...own,
    ...(own.length === 0 ? [] : list("access-control-expose-headers", cors.ExposeHeaders)),
  ];
}

function originHeaders(cors: Cors, request: HttpRequest): Headers {
  const origin = request.headers["origin"];
  const allowed = cors.AllowOrigins ?? [];
  if (
    origin === undefined ||
    !(allowed.includes("*") || allowed.some((one) => covers(one, origin)))
  ) {
    return [];
  }
  const shown = allowed.includes("*") ? "*" : origin;
  return [
    ["access-control-allow-origin", shown],
    ...(cors.AllowCredentials === true
      ? ([["access-control-allow-credentials", "true"]] as const)
      : []),
    ...(shown === "*" ? [] : ([["vary", "Origin"]] as const)),
  ];
}

/** `https://*.example.com` covers every host below. */
function covers(allowed: string, origin: string): boolean {
  const [before = "", after] = allowed.split("*");
  return after === undefined
    ? allowed === origin
    : origin.length > allowed.length - 1 && origin.startsWith(before) && origin.endsWith(after);
}

function list(name: string, values: readonly string[] | undefined): Headers {
  return values === undefined || values.length === 0 ? [] : [[name, values.join(",")]];
}
