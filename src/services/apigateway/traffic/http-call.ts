/** Integrations with HTTP endpoints: as they are, or mapped. */
import type { HttpClient } from "../../../platform/http-client.ts";
import type { Integration } from "../../../wire/models/apigateway.gen.ts";
import { withStageVariables } from "../../api-front/integration-uri.ts";
import { BODY_SIZE_MAX, INTEGRATION_TIMEOUT_MS } from "../limits.ts";
import type { Multi } from "./headers.ts";
import type { Routed } from "./incoming.ts";
import { internal, Refusal } from "./refusal.ts";

export interface HttpCall {
  readonly header: Multi;
  readonly querystring: Multi;
  readonly path: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Multi;
  readonly body: Uint8Array;
}

/** Headers that belong to one connection, or that the client of the engine writes itself. */
const OWN: ReadonlySet<string> = new Set(["host", "content-length", "transfer-encoding"]);

export async function callHttp(
  http: HttpClient,
  routed: Routed,
  integration: Integration,
  call: HttpCall,
): Promise<HttpAnswer> {
  const { httpMethod = "GET", timeoutInMillis, uri = "" } = integration;
  const url = urlOf(withStageVariables(uri, routed.stage.variables ?? {}), call);
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(call.header)) {
    if (!OWN.has(name.toLowerCase())) {
      headers[name] = values.join(", ");
    }
  }
  routed.note(`Endpoint request URI: ${url}`);
  const result = await http.request({
    url,
    method: httpMethod === "ANY" ? routed.request.method : httpMethod,
    headers,
    body: call.body.length === 0 ? undefined : call.body,
    timeoutMs: timeoutInMillis ?? INTEGRATION_TIMEOUT_MS,
    bodyBytesMax: BODY_SIZE_MAX,
  });
  if (result.kind === "failure") {
    const reason = `Execution failed due to a network error communicating with endpoint: ${result.message}`;
    if (result.reason === "invalid-url") {
      throw internal(`Execution failed due to configuration error: Invalid endpoint address`);
    }
    throw new Refusal(result.reason === "timeout" ? "INTEGRATION_TIMEOUT" : "INTEGRATION_FAILURE", {
      reason,
    });
  }
  if (result.isTruncated) {
    throw internal("Execution failed: the endpoint's response is larger than 10 MB");
  }
  const named = Object.entries(result.headers).map(([name, value]) => [name, [value]] as const);
  const cookies = result.cookies.length === 0 ? {} : { "set-cookie": result.cookies };
  const answered = { ...Object.fromEntries(named), ...cookies };
  return { status: result.status, headers: answered, body: result.body };
}

/** With the path's variables filled in, and the query added to what the URI has. */
function urlOf(uri: string, { path, querystring }: HttpCall): string {
  const filled = uri.replace(/\{([^{}+]+)\+?\}/g, (whole, name: string) => path[name] ?? whole);
  const pairs = Object.entries(querystring).flatMap(([name, values]) =>
    values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  return pairs.length === 0
    ? filled
    : `${filled}${filled.includes("?") ? "&" : "?"}${pairs.join("&")}`;
}
