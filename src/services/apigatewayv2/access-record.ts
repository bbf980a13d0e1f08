/** What the variables of an access log's format stand for. */
import type { HttpRequest } from "../../wire/http.ts";
import type { AccessRecord } from "../api-front/access-log.ts";
import { prefixOf, requestTime } from "../api-front/request-marks.ts";
import type { Answered } from "./answer.ts";
import { authorizerVariables } from "./authorization/authorizer-context.ts";
import { decodedPath } from "./payload.ts";
import type { Located } from "./serve.ts";

export function accessRecord(
  request: HttpRequest,
  { api, stage, target, requestId }: Located,
  answered: Answered & { readonly nowMs: number },
): AccessRecord {
  const { response, startMs, routeKey, integration, authorizer, authorizerError } = answered;
  const size = response.body instanceof Uint8Array ? response.body.length : undefined;
  return {
    ...authorizerVariables(authorizer),
    "authorizer.error": authorizerError,
    accountId: api.accountId,
    apiId: api.apiId,
    domainName: target.host,
    domainPrefix: prefixOf(target.host),
    extendedRequestId: requestId,
    httpMethod: request.method,
    "identity.sourceIp": request.sourceIp,
    "identity.userAgent": request.headers["user-agent"],
    "integration.error": integration?.error,
    "integration.integrationStatus": integration?.status,
    "integration.latency": integration?.latencyMs,
    "integration.status": integration?.status,
    integrationErrorMessage: integration?.error,
    integrationLatency: integration?.latencyMs,
    integrationStatus: integration?.status,
    path: decodedPath(target.path),
    protocol: "HTTP/1.1",
    requestId,
    requestTime: requestTime(startMs),
    requestTimeEpoch: startMs,
    responseLatency: answered.nowMs - startMs,
    responseLength: size,
    routeKey,
    stage: stage.StageName,
    status: response.status,
  };
}
