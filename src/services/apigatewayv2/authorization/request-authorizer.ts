/**
 * REQUEST authorizers: a function is told of the request, and answers whether it may pass.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
import { utf8Decode, utf8Encode } from "../../../base/bytes.ts";
import { parseJsonObject } from "../../../base/json.ts";
import { functionArnOf, withStageVariables } from "../../api-front/integration-uri.ts";
import { selectable } from "../context-variables.ts";
import { callFunction, type FunctionOutcome } from "../function-call.ts";
import type { ApiRecord, AuthorizerRecord } from "../keys.ts";
import { AUTHORIZER_TIMEOUT_MS } from "../limits.ts";
import { decodedPath, payloadV1, payloadV2, type RoutedRequest } from "../payload.ts";
import { parseSelection, selected } from "../selection.ts";
import type { AuthorizePorts, Refusal, Verdict } from "./authorize.ts";
import { type AuthorizerResult, isAllowed, readResult } from "./authorizer-result.ts";
import { resultKey } from "./authorizer-results.ts";

interface Asked {
  readonly api: ApiRecord;
  readonly authorizer: AuthorizerRecord;
}

export async function askFunction(
  ports: AuthorizePorts,
  routed: RoutedRequest,
  asked: Asked,
): Promise<Verdict> {
  const identity = identityOf(routed, asked.authorizer.IdentitySource ?? []);
  if (identity === undefined) {
    return { status: 401, error: "An identity source is missing." };
  }
  const key = resultKey({
    apiId: routed.apiId,
    stage: routed.stage,
    deploymentId: routed.deploymentId,
    authorizerId: asked.authorizer.AuthorizerId,
    identity,
  });
  const kept = ports.authorizerResults.get(key, routed.nowMs);
  const result = kept ?? (await freshResult(ports, routed, { ...asked, identity, key }));
  if ("status" in result) {
    return result;
  }
  const { context, principalId } = result;
  const allowed = isAllowed(result, {
    routeArn: routeArnOf(routed),
    sourceIp: routed.request.sourceIp,
    userAgent: routed.request.headers["user-agent"],
    nowMs: routed.nowMs,
  });
  return allowed
    ? { context: { kind: "lambda", context, principalId } }
    : { status: 403, error: "The authorizer does not allow the request." };
}

/** `undefined` when a source gives nothing, or an empty text. */
function identityOf(
  routed: RoutedRequest,
  sources: readonly string[],
): readonly string[] | undefined {
  const from = selectable(routed);
  const values = sources.map((source) => {
    const selection = parseSelection(source.slice(1));
    return (selection && selected(selection, from)) || undefined;
  });
  return values.includes(undefined) ? undefined : values.flatMap((value) => value ?? []);
}

async function freshResult(
  ports: AuthorizePorts,
  routed: RoutedRequest,
  asked: Asked & { readonly identity: readonly string[]; readonly key: string },
): Promise<AuthorizerResult | Refusal> {
  const { api, authorizer, identity, key } = asked;
  const { AuthorizerUri = "", EnableSimpleResponses, AuthorizerResultTtlInSeconds } = authorizer;
  const functionArn = functionArnOf(withStageVariables(AuthorizerUri, routed.stageVariables ?? {}));
  if (functionArn === undefined) {
    return { status: 500, error: "The authorizer's URI names no function." };
  }
  const event =
    authorizer.AuthorizerPayloadFormatVersion === "1.0"
      ? eventV1(routed, identity)
      : eventV2(routed, identity);
  const outcome = await callFunction(ports, {
    api,
    trace: routed.trace,
    functionArn,
    payload: utf8Encode(JSON.stringify(event)),
    untilMs: ports.clock.nowMs() + AUTHORIZER_TIMEOUT_MS,
  });
  const result = resultOf(outcome, EnableSimpleResponses === true ? "simple" : "policy");
  if ("status" in result) {
    const { status, error } = result;
    ports.log.write("warn", "apigatewayv2: an authorizer did not decide", {
      functionArn,
      status,
      error,
    });
    return result;
  }
  const ttlMs = (AuthorizerResultTtlInSeconds ?? 0) * 1000;
  if (ttlMs > 0 && identity.length > 0) {
    ports.authorizerResults.put(key, result, ports.clock.nowMs() + ttlMs);
  }
  return result;
}

function resultOf(outcome: FunctionOutcome, form: "simple" | "policy"): AuthorizerResult | Refusal {
  if ("status" in outcome) {
    return { status: 500, error: outcome.error };
  }
  if (outcome.functionError !== undefined) {
    const message = parseJsonObject(utf8Decode(outcome.payload))?.["errorMessage"];
    return message === "Unauthorized"
      ? { status: 401, error: message }
      : { status: 500, error: "The authorizer's function failed." };
  }
  const result = readResult(outcome.payload, form);
  return "problem" in result ? { status: 500, error: result.problem } : result;
}

/** `arn:aws:execute-api:us-east-1:000000000000:a1b2c3/$default/GET/orders/1` */
function routeArnOf(routed: RoutedRequest): string {
  const { accountId, apiId, region, stage, request, pathInStage } = routed;
  const path = decodedPath(pathInStage);
  return `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage}/${request.method}${path}`;
}

function eventV2(routed: RoutedRequest, identity: readonly string[]): unknown {
  const { version, body: _, isBase64Encoded: __, ...request } = payloadV2(routed);
  return {
    version,
    type: "REQUEST",
    routeArn: routeArnOf(routed),
    identitySource: identity.length === 0 ? null : identity,
    ...request,
  };
}

function eventV1(routed: RoutedRequest, identity: readonly string[]): unknown {
  const request = payloadV1(routed);
  return {
    version: request.version,
    type: "REQUEST",
    methodArn: routeArnOf(routed),
    identitySource: identity.join(","),
    authorizationToken: identity.join(","),
    resource: request.resource,
    path: request.path,
    httpMethod: request.httpMethod,
    headers: request.headers,
    queryStringParameters: request.queryStringParameters ?? {},
    pathParameters: request.pathParameters ?? {},
    stageVariables: request.stageVariables ?? {},
    requestContext: request.requestContext,
  };
}
