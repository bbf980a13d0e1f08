/**
 * What a function gets for a request, in the payload formats 2.0 and 1.0.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
import { toBase64, utf8Decode } from "../../base/bytes.ts";
import type { HttpRequest } from "../../wire/http.ts";
import { prefixOf, requestTime } from "../api-front/request-marks.ts";
import {
  type AuthorizerContext,
  authorizerV1,
  authorizerV2,
  identityV1,
} from "./authorization/authorizer-context.ts";
import { decoded } from "./route-table.ts";

/** A request on its way to an integration. */
export interface RoutedRequest {
  readonly request: HttpRequest;
  readonly apiId: string;
  readonly accountId: string;
  readonly region: string;
  readonly host: string;
  readonly stage: string;
  readonly deploymentId: string;
  readonly stageVariables: Readonly<Record<string, string>> | undefined;
  readonly routeKey: string;
  /** Percent-encoded, with the stage. */
  readonly path: string;
  /** Percent-encoded, behind the stage. */
  readonly pathInStage: string;
  readonly pathVariables: Readonly<Record<string, string>> | undefined;
  readonly requestId: string;
  readonly trace: string;
  readonly nowMs: number;
  /** Percent-encoded: what a mapping has put in the place of the path. */
  readonly mappedPath: string | undefined;
  /** `undefined` where nobody was asked. */
  readonly authorizer: AuthorizerContext | undefined;
}

type Texts = Readonly<Record<string, string>>;

interface RequestBody {
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

export interface PayloadV2 extends RequestBody {
  readonly version: "2.0";
  readonly [member: string]: unknown;
}

export interface PayloadV1 {
  readonly [member: string]: unknown;
  readonly version: "1.0";
  readonly resource: string;
  readonly path: string;
  readonly httpMethod: string;
  readonly headers: Texts;
  readonly queryStringParameters: Texts | null;
  readonly requestContext: object;
  readonly pathParameters: Texts | null;
  readonly stageVariables: Texts | null;
}

/** Names that concern one connection only; `cookie` has a place of its own in format 2.0. */
const DROPPED_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
]);

export function payloadV2(routed: RoutedRequest): PayloadV2 {
  const { request, apiId, host, stage, routeKey } = routed;
  const { cookie, ...headers } = forwardedHeaders(routed);
  const rawPath = decodedPath(routed.path);
  return {
    version: "2.0",
    routeKey,
    rawPath,
    rawQueryString: request.query,
    cookies: cookie?.split(";").map((text) => text.trim()),
    headers,
    queryStringParameters: joinedParameters(request.query),
    requestContext: {
      accountId: routed.accountId,
      apiId,
      authorizer: authorizerV2(routed.authorizer),
      domainName: host,
      domainPrefix: prefixOf(host),
      http: {
        method: request.method,
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: request.sourceIp,
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId: routed.requestId,
      routeKey,
      stage,
      time: requestTime(routed.nowMs),
      timeEpoch: routed.nowMs,
    },
    pathParameters: routed.pathVariables,
    stageVariables: routed.stageVariables,
    ...bodyOf(request),
  };
}

export function payloadV1(routed: RoutedRequest): PayloadV1 {
  const { request, apiId, host, stage, routeKey } = routed;
  const headers = withOwnNames(forwardedHeaders(routed));
  const path = decodedPath(routed.path);
  const parameters = [...new URLSearchParams(request.query)];
  const resource = routeKey.includes(" ") ? routeKey.slice(routeKey.indexOf(" ") + 1) : routeKey;
  return {
    version: "1.0",
    resource,
    path,
    httpMethod: request.method,
    headers,
    multiValueHeaders: valuesByName(Object.entries(headers)),
    queryStringParameters: parameters.length === 0 ? null : Object.fromEntries(parameters),
    multiValueQueryStringParameters: parameters.length === 0 ? null : valuesByName(parameters),
    requestContext: {
      accountId: routed.accountId,
      apiId,
      authorizer: authorizerV1(routed.authorizer),
      domainName: host,
      domainPrefix: prefixOf(host),
      extendedRequestId: routed.requestId,
      httpMethod: request.method,
      identity: identityOf(routed),
      path,
      protocol: "HTTP/1.1",
      requestId: routed.requestId,
      requestTime: requestTime(routed.nowMs),
      requestTimeEpoch: routed.nowMs,
      resourceId: routeKey,
      resourcePath: resource,
      stage,
    },
    pathParameters: routed.pathVariables ?? null,
    stageVariables: routed.stageVariables ?? null,
    ...{ body: null, ...bodyOf(request) },
  };
}

function identityOf({
  request,
  authorizer,
}: RoutedRequest): Readonly<Record<string, string | null>> {
  return {
    accessKey: null,
    accountId: null,
    caller: null,
    cognitoAmr: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: request.sourceIp,
    user: null,
    userAgent: request.headers["user-agent"] ?? "",
    userArn: null,
    ...identityV1(authorizer),
  };
}

function forwardedHeaders({ request, host, trace }: RoutedRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (!DROPPED_HEADERS.has(name)) {
      headers[name] = value;
    }
  }
  const before = headers["x-forwarded-for"];
  headers["x-amzn-trace-id"] = trace;
  headers["x-forwarded-for"] = before ? `${before}, ${request.sourceIp}` : request.sourceIp;
  headers["x-forwarded-port"] ??= host.match(/:([0-9]+)$/)?.[1] ?? "80";
  headers["x-forwarded-proto"] ??= "http";
  return headers;
}

/**
 * Of format 2.0 alone it is said that names of headers are in lower case. In format 1.0 API Gateway
 * writes those that it sets itself as REST APIs do, and AWS's samples read them so.
 * Source: https://github.com/aws-samples/serverless-patterns (apigw-http-api-lambda-terraform)
 */
function withOwnNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [OWN_NAMES.get(name) ?? name, value]),
  );
}

const OWN_NAMES: ReadonlyMap<string, string> = new Map(
  [
    "Content-Length",
    "Host",
    "User-Agent",
    "X-Amzn-Trace-Id",
    "X-Forwarded-For",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
  ].map((name) => [name.toLowerCase(), name]),
);

/** Decoded, and cut at a question mark that this brings to light: both as recorded from AWS. */
export function decodedPath(path: string): string {
  const [whole = ""] = decoded(path).split("?");
  return whole === "" ? "/" : whole;
}

/** Values of one name with commas between; `undefined` when there are none. */
function joinedParameters(query: string): Readonly<Record<string, string>> | undefined {
  if (query === "") {
    return undefined;
  }
  const joined: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const before = Object.hasOwn(joined, name) ? joined[name] : undefined;
    joined[name] = before === undefined ? value : `${before},${value}`;
  }
  return joined;
}

function valuesByName(
  entries: Iterable<readonly [string, string]>,
): Readonly<Record<string, readonly string[]>> {
  const values = new Map<string, string[]>();
  for (const [name, value] of entries) {
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return Object.fromEntries(values);
}

/** Text goes as it is, all else as base64; so does a form, as on AWS. */
function bodyOf(request: HttpRequest): RequestBody {
  if (request.body.length === 0) {
    return { isBase64Encoded: false };
  }
  return isText(request.headers)
    ? { body: utf8Decode(request.body), isBase64Encoded: false }
    : { body: toBase64(request.body), isBase64Encoded: true };
}

const TEXT_TYPE = /^(text\/|application\/(json|javascript|xml|[\w.+-]+\+(json|xml))\s*(;|$))/i;

function isText(headers: Readonly<Record<string, string>>): boolean {
  const encoding = headers["content-encoding"] ?? "identity";
  return encoding === "identity" && TEXT_TYPE.test(headers["content-type"] ?? "text/plain");
}
