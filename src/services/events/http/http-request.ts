/**
 * The requests that EventBridge makes: of API destinations, and for tokens.
 *
 * - `*` in an endpoint takes the path parameters one after the other.
 * - Parameters of the target come first, those of the connection win over them.
 *
 * Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html#eb-api-destination-headers
 * and https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_HttpParameters.html
 */
import { parseJsonObject } from "../../../base/json.ts";
import type { ConnectionRequest } from "../../../outbox/endpoints.ts";
import type { HttpClientRequest } from "../../../platform/http-client.ts";
import type { ConnectionHttpParameters } from "../../../wire/models/events.gen.ts";
import type { ApiDestination } from "./api-destination.ts";
import type { Connection, OAuthClient } from "./connection.ts";

/** An endpoint that takes longer has not answered. */
export const REQUEST_TIMEOUT_MS = 5_000;

/** What a target adds, its paths into the event already followed. */
export interface TargetParameters {
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

const METHODS_WITHOUT_BODY: ReadonlySet<string> = new Set(["GET", "HEAD"]);

export function invocationRequest(
  destination: Pick<ApiDestination, "endpoint" | "method">,
  connection: Connection,
  invocation: {
    readonly payload: string;
    readonly parameters: TargetParameters;
    readonly token: string | undefined;
    readonly trace: string | undefined;
  },
): HttpClientRequest {
  const { parameters, token, trace } = invocation;
  const { method } = destination;
  const hasBody = !METHODS_WITHOUT_BODY.has(method);
  const url = withPath(destination.endpoint, parameters.path);
  return {
    url: withQuery(url, {
      ...parameters.query,
      ...pairsOf(connection.parameters.QueryStringParameters),
    }),
    method,
    headers: mergedHeaders(
      {
        "User-Agent": "Amazon/EventBridge/ApiDestinations",
        "Content-Type": "application/json; charset=utf-8",
        Range: "bytes=0-1048575",
        "Accept-Encoding": "gzip,deflate",
        Connection: "close",
        ...(trace !== undefined && { "X-Amzn-Trace-Id": trace }),
      },
      parameters.headers,
      pairsOf(connection.parameters.HeaderParameters),
      authorizationOf(connection, token),
    ),
    body: hasBody ? withBody(invocation.payload, connection.parameters) : undefined,
    timeoutMs: REQUEST_TIMEOUT_MS,
  };
}

/**
 * Of a workflow: to its own URL, without what API destinations add.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#http-task-data-merge
 */
export function connectionRequest(
  connection: Connection,
  request: Pick<ConnectionRequest, "url" | "method" | "headers" | "query">,
  token: string | undefined,
): Pick<HttpClientRequest, "url" | "method" | "headers"> {
  const { parameters } = connection;
  return {
    url: withQuery(request.url, {
      ...request.query,
      ...pairsOf(parameters.QueryStringParameters),
    }),
    method: request.method,
    headers: mergedHeaders(
      request.headers,
      pairsOf(parameters.HeaderParameters),
      authorizationOf(connection, token),
    ),
  };
}

export function bodyParametersOf({ parameters }: Connection): Readonly<Record<string, string>> {
  return pairsOf(parameters.BodyParameters);
}

/** For a token by client credentials: the client's id and secret go as fields of a form. */
export function tokenRequest(client: OAuthClient): HttpClientRequest {
  const { parameters, method } = client;
  const fields = {
    grant_type: "client_credentials",
    client_id: client.clientId,
    client_secret: client.clientSecret,
    ...pairsOf(parameters.BodyParameters),
  };
  const query = pairsOf(parameters.QueryStringParameters);
  const isForm = method !== "GET";
  return {
    url: withQuery(client.endpoint, isForm ? query : { ...fields, ...query }),
    method,
    headers: mergedHeaders(
      {
        "User-Agent": "Amazon/EventBridge/ApiDestinations",
        Accept: "application/json",
        Connection: "close",
        ...(isForm && { "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" }),
      },
      pairsOf(parameters.HeaderParameters),
    ),
    body: isForm ? new URLSearchParams(fields).toString() : undefined,
    timeoutMs: REQUEST_TIMEOUT_MS,
  };
}

function authorizationOf(
  { credentials }: Connection,
  token: string | undefined,
): Readonly<Record<string, string>> {
  switch (credentials?.kind) {
    case "basic": {
      const pair = Buffer.from(`${credentials.userName}:${credentials.password}`);
      return { Authorization: `Basic ${pair.toString("base64")}` };
    }
    case "apiKey":
      return { [credentials.name]: credentials.value };
    default:
      return token === undefined ? {} : { Authorization: `Bearer ${token}` };
  }
}

function withPath(endpoint: string, values: readonly string[]): string {
  let next = 0;
  return endpoint.replace(/\*/g, (star) => {
    const value = values[next];
    next += 1;
    return value === undefined ? star : encodeURIComponent(value);
  });
}

function withQuery(
  url: string,
  parameters: Readonly<Record<string, string | readonly string[]>>,
): string {
  const added = Object.entries(parameters)
    .flatMap(([name, values]) =>
      [values].flat().map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
    )
    .join("&");
  if (added === "") {
    return url;
  }
  return `${url}${url.includes("?") ? "&" : "?"}${added}`;
}

/** Body parameters become members of a payload that is a JSON object. */
function withBody(payload: string, { BodyParameters = [] }: ConnectionHttpParameters): string {
  if (BodyParameters.length === 0) {
    return payload;
  }
  const value = parseJsonObject(payload);
  return value ? JSON.stringify({ ...value, ...pairsOf(BodyParameters) }) : payload;
}

/** Names of headers are the same whatever their case; the last one wins. */
function mergedHeaders(
  ...sets: readonly Readonly<Record<string, string>>[]
): Readonly<Record<string, string>> {
  const byName = new Map<string, readonly [string, string]>();
  for (const set of sets) {
    for (const [name, value] of Object.entries(set)) {
      byName.set(name.toLowerCase(), [name, value]);
    }
  }
  return Object.fromEntries(byName.values());
}

function pairsOf(
  list:
    | readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
    | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries((list ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}
