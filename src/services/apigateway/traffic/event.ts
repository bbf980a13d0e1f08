/**
 * What a function gets for a request: the proxy event, which has no version, and the one of an
 * authorizer of type REQUEST.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
 */
import { toBase64, utf8Decode } from "../../../base/bytes.ts";
import type { JsonObject } from "../../../base/json.ts";
import { prefixOf, requestTime } from "../../api-front/request-marks.ts";
import type { PathMatch } from "./compile.ts";
import { lastOf, type Multi, valuesOf } from "./headers.ts";
import { type Caller, type Incoming, identityOf, type Routed } from "./incoming.ts";
import { isBinary } from "./media-types.ts";

export function proxyEvent(routed: Routed): JsonObject {
  const { match, caller, request } = routed;
  const type = valuesOf(routed.headers, "content-type")[0];
  const binary = isBinary(routed.compiled.snapshot.binaryMediaTypes, type);
  const isEmpty = request.body.length === 0;
  return {
    resource: match.resourcePath,
    ...parametersOf(routed, match),
    requestContext: requestContext(routed, match, caller),
    body: isEmpty ? null : binary ? toBase64(request.body) : utf8Decode(request.body),
    isBase64Encoded: binary && !isEmpty,
  };
}

export function authorizerEvent(
  incoming: Incoming,
  match: PathMatch,
  { methodArn }: { readonly methodArn: string },
): JsonObject {
  return {
    type: "REQUEST",
    methodArn,
    resource: match.resourcePath,
    ...parametersOf(incoming, match),
    requestContext: requestContext(incoming, match, {}),
  };
}

/** Texts by which the caller says what it wants; `null` for what is not there. */
function parametersOf(incoming: Incoming, match: PathMatch): JsonObject {
  const { headers, query, stage, request, path } = incoming;
  return {
    path: pathInStage(incoming, path),
    httpMethod: request.method,
    headers: lastOf(headers),
    multiValueHeaders: headers,
    queryStringParameters: lastOf_(query),
    multiValueQueryStringParameters: unlessEmpty(query),
    pathParameters: unlessEmpty(match.variables),
    stageVariables: unlessEmpty(stage.variables ?? {}),
  };
}

function lastOf_(query: Multi): JsonObject | null {
  return unlessEmpty(lastOf(query));
}

function unlessEmpty<T extends JsonObject>(members: T): T | null {
  return Object.keys(members).length === 0 ? null : members;
}

/** The event's own path has no stage; that of its context has it. */
function pathInStage({ stage }: Incoming, path: string): string {
  const prefix = `/${stage.stageName}`;
  const rest = path === prefix || path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
  return rest === "" ? "/" : rest;
}

function requestContext(incoming: Incoming, match: PathMatch, caller: Caller): JsonObject {
  const { api, stage, host, request, startMs } = incoming;
  return {
    resourceId: match.resourceId,
    ...(caller.authorizer === undefined ? {} : { authorizer: caller.authorizer }),
    resourcePath: match.resourcePath,
    httpMethod: request.method,
    extendedRequestId: incoming.extendedRequestId,
    requestTime: requestTime(startMs),
    path: incoming.path,
    accountId: api.accountId,
    protocol: "HTTP/1.1",
    stage: stage.stageName,
    domainPrefix: prefixOf(host),
    requestTimeEpoch: startMs,
    requestId: incoming.requestId,
    identity: identityOf(incoming, caller),
    domainName: host,
    deploymentId: stage.deploymentId,
    apiId: api.id,
  };
}
