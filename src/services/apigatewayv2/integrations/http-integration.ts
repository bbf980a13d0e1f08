/**
 * Integrations with HTTP endpoints: the request goes on as it came, and the answer comes back so.
 *
 * Path variables of the route stand in the URI in braces, a greedy one with or without its plus
 * sign. Where the endpoint is not reached, or does not answer in time, the client gets 503.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-http.html
 */
import { withStageVariables } from "../../api-front/integration-uri.ts";
import type { IntegrationRecord } from "../keys.ts";
import { BODY_SIZE_MAX, INTEGRATION_TIMEOUT_MS } from "../limits.ts";
import type { RoutedRequest } from "../payload.ts";
import {
  type DeployedIntegration,
  integrationAnswered,
  integrationFailed,
} from "./integration-answer.ts";

export function httpIntegration(integration: IntegrationRecord): DeployedIntegration {
  const { IntegrationUri = "", IntegrationMethod = "ANY", TimeoutInMillis } = integration;
  const timeoutMs = TimeoutInMillis ?? INTEGRATION_TIMEOUT_MS;
  return {
    async answer(ports, routed, { beganMs }) {
      const { request } = routed;
      const result = await ports.http.request({
        url: targetUrl(IntegrationUri, routed),
        method: IntegrationMethod === "ANY" ? request.method : IntegrationMethod,
        headers: sentHeaders(routed),
        body: request.body.length === 0 ? undefined : request.body,
        timeoutMs,
        bodyBytesMax: BODY_SIZE_MAX,
      });
      if (result.kind === "failure" || result.isTruncated) {
        const error = result.kind === "failure" ? result.message : "The response is too large.";
        return integrationFailed(ports, routed, { status: 503, beganMs, error });
      }
      const { status, headers, cookies, body } = result;
      const response = { status, headers: receivedHeaders(headers, cookies), body };
      return integrationAnswered(ports, routed, { response, beganMs, status });
    },
  };
}

/** The URI with its variables filled in, and the query of the request behind its own. */
function targetUrl(uri: string, routed: RoutedRequest): string {
  const { pathVariables = {}, stageVariables = {}, mappedPath, request } = routed;
  const filled = withStageVariables(uri, stageVariables).replace(
    /\{([\w:.-]+)\+?\}/g,
    (_, name: string) =>
      encodedPath(Object.hasOwn(pathVariables, name) ? (pathVariables[name] ?? "") : ""),
  );
  const [address = "", ownQuery = ""] = filled.split("?");
  const query = [ownQuery, request.query].filter((part) => part !== "").join("&");
  const target = mappedPath === undefined ? address : withPath(address, mappedPath);
  return query === "" ? target : `${target}?${query}`;
}

/** Slashes of a greedy variable stay what they were. */
function encodedPath(value: string): string {
  return value.split("/").map(encodeURIComponent).join("/");
}

function withPath(address: string, path: string): string {
  const [origin = address] = address.match(/^https?:\/\/[^/]+/) ?? [];
  return origin + (path.startsWith("/") ? path : `/${path}`);
}

/** Those of one connection, and those that the gateway says itself in the form of `Forwarded`. */
const NOT_SENT: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
]);

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html */
function sentHeaders({ request, host, trace }: RoutedRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (!NOT_SENT.has(name)) {
      headers[name] = value;
    }
  }
  const protocol = request.headers["x-forwarded-proto"] ?? "http";
  const own = `for=${request.sourceIp};host=${host};proto=${protocol}`;
  const before = headers["forwarded"];
  headers["forwarded"] = before === undefined ? own : `${before}, ${own}`;
  headers["via"] = "HTTP/1.1 AmazonAPIGateway";
  headers["x-amzn-trace-id"] = trace;
  return headers;
}

const NOT_RETURNED: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "set-cookie",
  "transfer-encoding",
  "upgrade",
]);

function receivedHeaders(
  headers: Readonly<Record<string, string>>,
  cookies: readonly string[],
): readonly (readonly [name: string, value: string])[] {
  return [
    ...Object.entries(headers).filter(([name]) => !NOT_RETURNED.has(name)),
    ...cookies.map((cookie) => ["set-cookie", cookie] as const),
  ];
}
