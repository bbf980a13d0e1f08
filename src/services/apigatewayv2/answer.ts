/** Answers that the gateway gives itself, and what is known of any answer. */
import { utf8Encode } from "../../base/bytes.ts";
import type { HttpResponse } from "../../wire/http.ts";
import type { AuthorizerContext } from "./authorization/authorizer-context.ts";

/** An answer, and what an access log says of how it came about. */
export interface Answered {
  readonly response: HttpResponse;
  readonly startMs: number;
  readonly routeKey?: string;
  readonly integration?: IntegrationOutcome;
  readonly authorizer?: AuthorizerContext | undefined;
  readonly authorizerError?: string | undefined;
}

export interface IntegrationOutcome {
  readonly status: number;
  readonly latencyMs: number;
  readonly error?: string;
}

/** What a client is told of failures behind the gateway. */
export const REASONS = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

export function plain(status: number, message: string, requestId: string): HttpResponse {
  return {
    status,
    headers: [
      ["content-type", "application/json"],
      ["apigw-requestid", requestId],
    ],
    body: utf8Encode(JSON.stringify({ message })),
  };
}
