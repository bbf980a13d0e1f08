/** A request on its way through an API, and `$context`: what may be known of it. */
import type { JsonObject } from "../../../base/json.ts";
import type { HttpRequest } from "../../../wire/http.ts";
import { prefixOf, requestTime } from "../../api-front/request-marks.ts";
import type { MethodRecord, RestApiRecord, StageRecord } from "../keys.ts";
import type { Compiled, PathMatch } from "./compile.ts";
import { type Multi, valuesOf } from "./headers.ts";

export interface Incoming {
  readonly request: HttpRequest;
  readonly api: RestApiRecord;
  readonly stage: StageRecord["settings"];
  readonly compiled: Compiled;
  readonly host: string;
  /** Percent-encoded; with the stage where the address has it. */
  readonly path: string;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly trace: string;
  readonly startMs: number;
  readonly headers: Multi;
  readonly query: Multi;
  /** Adds a line to the execution log. */
  readonly note: (line: string) => void;
  readonly lines: readonly string[];
}

/** Once its path and method were found. */
export interface Routed extends Incoming {
  readonly match: PathMatch;
  readonly method: MethodRecord;
  readonly caller: Caller;
}

/** What the authorizer, the signature and the API key say of who calls. */
export interface Caller {
  /** Values are texts, as all that an authorizer passes on. */
  readonly authorizer?: Readonly<Record<string, unknown>> | undefined;
  readonly accessKey?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly apiKeyId?: string | undefined;
}

export function identityOf({ request, api, headers }: Incoming, caller: Caller): JsonObject {
  const isSigned = caller.accessKey !== undefined;
  return {
    cognitoIdentityPoolId: null,
    accountId: isSigned ? api.accountId : null,
    cognitoIdentityId: null,
    caller: isSigned ? api.accountId : null,
    sourceIp: request.sourceIp,
    principalOrgId: null,
    accessKey: caller.accessKey ?? null,
    cognitoAuthenticationType: null,
    cognitoAuthenticationProvider: null,
    userArn: isSigned ? `arn:aws:iam::${api.accountId}:root` : null,
    userAgent: valuesOf(headers, "user-agent").at(-1) ?? null,
    user: isSigned ? api.accountId : null,
    ...(caller.apiKey === undefined ? {} : { apiKey: caller.apiKey, apiKeyId: caller.apiKeyId }),
  };
}

/**
 * `$context` as templates and access logs know it.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#context-variable-reference
 */
export function contextOf(
  incoming: Incoming,
  found: { readonly match?: PathMatch | undefined; readonly caller?: Caller | undefined } = {},
): JsonObject {
  const { api, stage, host, request, requestId, startMs } = incoming;
  const { match, caller = {} } = found;
  return {
    accountId: api.accountId,
    apiId: api.id,
    ...(caller.authorizer === undefined ? {} : { authorizer: caller.authorizer }),
    deploymentId: stage.deploymentId,
    domainName: host,
    domainPrefix: prefixOf(host),
    extendedRequestId: incoming.extendedRequestId,
    httpMethod: request.method,
    identity: identityOf(incoming, caller),
    path: incoming.path,
    protocol: "HTTP/1.1",
    requestId,
    requestTime: requestTime(startMs),
    requestTimeEpoch: startMs,
    resourceId: match?.resourceId,
    resourcePath: match?.resourcePath,
    stage: stage.stageName,
    xrayTraceId: incoming.trace,
  };
}
