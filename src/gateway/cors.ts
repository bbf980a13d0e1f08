/** The handlers that stand before all others: safety against web pages, and CORS for own ones. */
import { utf8Encode } from "../base/bytes.ts";
import type { HttpResponse } from "../wire/http.ts";
import { type GuardOptions, isAllowedHost, isForeignPage, isOwnOrigin } from "./guard.ts";
import type { Handler } from "./handlers.ts";

/** Refuses what a page of another site, or a rebound name, sends to the engine. */
export function refuseForeign(
  options: GuardOptions,
  isOpen: (host: string, path: string) => boolean,
): Handler {
  return ({ head }) => {
    if (!isAllowedHost(head, options)) {
      return refusal(
        `The host ${head.headers["host"] ?? ""} is not a name of this engine. ` +
          "Add it with --allow-host if it is yours.",
      );
    }
    if (isOpen(head.headers["host"] ?? "", head.path) || !isForeignPage(head, options)) {
      return undefined;
    }
    return refusal("This engine does not answer pages of other sites.");
  };
}

/** Answers preflight requests of pages on this machine. */
export function answerPreflight(
  options: GuardOptions,
  isOpen: (host: string, path: string) => boolean,
): Handler {
  return ({ head }) => {
    const origin = head.headers["origin"];
    const isPreflight =
      head.method === "OPTIONS" && head.headers["access-control-request-method"] !== undefined;
    if (
      origin === undefined ||
      !isPreflight ||
      isOpen(head.headers["host"] ?? "", head.path) ||
      !isOwnOrigin(origin, options)
    ) {
      return undefined;
    }
    return {
      status: 204,
      headers: [
        ["access-control-allow-origin", origin],
        ["access-control-allow-methods", "GET, HEAD, PUT, POST, PATCH, DELETE"],
        [
          "access-control-allow-headers",
          head.headers["access-control-request-headers"] ?? "authorization, content-type",
        ],
        ["access-control-max-age", "600"],
        ["vary", "origin"],
      ],
      body: new Uint8Array(0),
    };
  };
}

/** Lets a page of this machine read the answer. */
export function withCors(response: HttpResponse, origin: string | undefined): HttpResponse {
  if (origin === undefined) {
    return response;
  }
  return {
    ...response,
    headers: [
      ...response.headers,
      ["access-control-allow-origin", origin],
      ["access-control-expose-headers", "*"],
      ["vary", "origin"],
    ],
  };
}

function refusal(message: string): HttpResponse {
  return {
    status: 403,
    headers: [["content-type", "application/json"]],
    body: utf8Encode(JSON.stringify({ message })),
  };
}
