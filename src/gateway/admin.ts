/** The engine's own API under `/_millrace`: health, version, and what the command line needs. */
import { utf8Encode } from "../base/bytes.ts";
import type { HttpResponse } from "../wire/http.ts";
import type { Exchange } from "./exchange.ts";
import type { Handler } from "./handlers.ts";

/** Answers one route; the result is sent as JSON unless it is a response already. */
export type AdminRoute = (exchange: Exchange, rest: string) => Promise<unknown>;

/** By method and path: `GET /health`. A route that ends with a slash takes what follows it. */
export type AdminRoutes = Readonly<Record<string, AdminRoute>>;

const PREFIX = "/_millrace";

export function answerAdmin(routes: AdminRoutes): Handler {
  return (exchange) => {
    const { method, path } = exchange.head;
    if (path !== PREFIX && !path.startsWith(`${PREFIX}/`)) {
      return undefined;
    }
    return answerRoute(routes, exchange, { method, path: path.slice(PREFIX.length) });
  };
}

async function answerRoute(
  routes: AdminRoutes,
  exchange: Exchange,
  request: { readonly method: string; readonly path: string },
): Promise<HttpResponse> {
  const exact = routes[`${request.method} ${request.path}`];
  if (exact !== undefined) {
    return toResponse(await exact(exchange, ""));
  }
  const parent = request.path.slice(0, request.path.indexOf("/", 1) + 1);
  const nested = parent === "" ? undefined : routes[`${request.method} ${parent}`];
  if (nested !== undefined) {
    return toResponse(await nested(exchange, request.path.slice(parent.length)));
  }
  return json(404, {
    message: `There is no ${request.method} ${PREFIX}${request.path}.`,
    routes: Object.keys(routes).map((route) => route.replace(" ", ` ${PREFIX}`)),
  });
}

function toResponse(value: unknown): HttpResponse {
  return isResponse(value) ? value : json(200, value);
}

function isResponse(value: unknown): value is HttpResponse {
  return typeof value === "object" && value !== null && "status" in value && "headers" in value;
}

function json(status: number, value: unknown): HttpResponse {
  return {
    status,
    headers: [["content-type", "application/json"]],
    body: utf8Encode(`${JSON.stringify(value)}\n`),
  };
}
