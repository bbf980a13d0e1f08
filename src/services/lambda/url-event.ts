/**
 * What a function gets for a request to its URL: payload format 2.0.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload
 */
import { toBase64, utf8Decode } from "../../base/bytes.ts";
import type { HttpRequest } from "../../wire/http.ts";
import { identityOf } from "../../wire/identity.ts";
import { iamCallerOf } from "../../wire/signed-request.ts";
import type { FunctionUrl } from "./function-url.ts";

export interface UrlRequest {
  readonly request: HttpRequest;
  readonly url: FunctionUrl;
  /** Percent-encoded, behind whatever named the URL. */
  readonly path: string;
  readonly requestId: string;
  readonly trace: string;
  readonly nowMs: number;
}

/** Names that concern one connection only; cookies have a place of their own. */
const DROPPED: ReadonlySet<string> = new Set([
  "connection",
  "cookie",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
]);

export function urlEvent(asked: UrlRequest): object {
  const { request, url, nowMs } = asked;
  const host = request.headers["host"] ?? "";
  const [domainPrefix = ""] = host.split(/[.:]/);
  const { cookie } = request.headers;
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: decodedPath(asked.path),
    rawQueryString: request.query,
    ...(cookie !== undefined && { cookies: cookie.split(";").map((text) => text.trim()) }),
    headers: headersOf(asked, host),
    ...(request.query !== "" && { queryStringParameters: parametersOf(request.query) }),
    requestContext: {
      accountId: url.auth === "NONE" ? "anonymous" : identityOf(request).accountId,
      apiId: url.id,
      ...(url.auth === "AWS_IAM" && { authorizer: { iam: iamCallerOf(request) } }),
      domainName: host,
      domainPrefix,
      http: {
        method: request.method,
        path: decodedPath(asked.path),
        protocol: "HTTP/1.1",
        sourceIp: request.sourceIp,
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId: asked.requestId,
      routeKey: "$default",
      stage: "$default",
      time: requestTime(nowMs),
      timeEpoch: nowMs,
    },
    ...bodyOf(request),
  };
}

function headersOf({ request, trace }: UrlRequest, host: string): Record<string, string> {
  const kept = Object.entries(request.headers).filter(([name]) => !DROPPED.has(name));
  const headers = Object.fromEntries(kept);
  const before = headers["x-forwarded-for"];
  headers["x-amzn-trace-id"] = trace;
  headers["x-forwarded-for"] = before ? `${before}, ${request.sourceIp}` : request.sourceIp;
  headers["x-forwarded-port"] ??= /:([0-9]+)$/.exec(host)?.[1] ?? "80";
  headers["x-forwarded-proto"] ??= "http";
  return headers;
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path) || "/";
  } catch {
    return path;
  }
}

/** Values of one name with commas between. */
function parametersOf(query: string): Readonly<Record<string, string>> {
  const joined = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(joined);
}

const TEXT_TYPE = /^(text\/|application\/(json|javascript|xml|[\w.+-]+\+(json|xml))\s*(;|$))/i;

/** Text goes as it is, all else as base64. */
function bodyOf({ body, headers }: HttpRequest): {
  readonly body?: string;
  readonly isBase64Encoded: boolean;
} {
  if (body.length === 0) {
    return { isBase64Encoded: false };
  }
  const isPlain = (headers["content-encoding"] ?? "identity") === "identity";
  return isPlain && TEXT_TYPE.test(headers["content-type"] ?? "text/plain")
    ? { body: utf8Decode(body), isBase64Encoded: false }
    : { body: toBase64(body), isBase64Encoded: true };
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `12/Mar/2020:19:03:58 +0000` */
function requestTime(timeMs: number): string {
  const date = new Date(timeMs);
  const iso = date.toISOString();
  const month = MONTHS[date.getUTCMonth()];
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}
