/**
 * Integrations with AWS services: the request that the mapping made is claimed, parsed and answered
 * as one of a client would be, in process, so the protocol of the service is what comes back.
 * Source: https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html#apigw-PutIntegration-request-uri
 */

import { parseArn } from "../../../base/arn.ts";
import { utf8Encode } from "../../../base/bytes.ts";
import { AwsError } from "../../../wire/aws-error.ts";
import { type Claim, claimRequest, hasStreamingInput } from "../../../wire/claim.ts";
import { fail } from "../../../wire/fail.ts";
import type { HttpRequest, HttpResponse } from "../../../wire/http.ts";
import type { CatalogEntry } from "../../../wire/model.ts";
import { CATALOG } from "../../../wire/models/catalog.gen.ts";
import { parseInput } from "../../../wire/parse.ts";
import { respond } from "../../../wire/respond.ts";
import type { TrafficPorts } from "./function-call.ts";
import { type Multi, valuesOf } from "./headers.ts";
import type { Routed } from "./incoming.ts";
import { queryAnswer, queryRefusal } from "./query-json.ts";
import { internal } from "./refusal.ts";

export interface ServiceCall {
  readonly method: string;
  readonly uri: string;
  readonly header: Multi;
  readonly querystring: Multi;
  readonly body: Uint8Array;
}

export async function callService(
  ports: TrafficPorts,
  routed: Routed,
  call: ServiceCall,
): Promise<HttpResponse> {
  const request = requestOf(routed, call);
  const { accountId, region } = routed.api;
  const { requestId, trace } = routed;
  let claim: Claim | undefined;
  try {
    claim = claimRequest(request);
    const whole = hasStreamingInput(claim) ? { ...request, stream: once(request.body) } : request;
    const input = parseInput(claim, whole);
    const caller = { accountId, region: regionOf(call.uri) ?? region, trace };
    const output = await ports.dispatcher.callByName(
      caller,
      claim.model.name,
      claim.operation,
      input,
    );
    return answersInJson(claim, call)
      ? queryAnswer(claim, output, requestId)
      : respond(claim, output, requestId);
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    return claim !== undefined && answersInJson(claim, call)
      ? queryRefusal(claim, error, requestId)
      : fail(claim, error, requestId, request);
  }
}

/** Services answer API Gateway in JSON, unless the integration asks for something else. */
function answersInJson(claim: Claim, { header }: ServiceCall): boolean {
  const accept = valuesOf(header, "accept").at(-1) ?? "application/json";
  return claim.protocol === "awsQuery" && /json|\*\/\*/.test(accept);
}

async function* once(body: Uint8Array): AsyncIterable<Uint8Array> {
  yield body;
}

function regionOf(uri: string): string | undefined {
  return parseArn(uri)?.region || undefined;
}

/** `arn:aws:apigateway:us-east-1:sqs:path/000000000000/orders`, `...:states:action/StartExecution` */
function requestOf(routed: Routed, call: ServiceCall): HttpRequest {
  const { accountId, region } = routed.api;
  const [, name = "", kind = "", rest = ""] =
    /^arn:[^:]+:apigateway:[^:]*:([^:]+):(path|action)\/(.*)$/.exec(call.uri) ?? [];
  const entry = CATALOG.find(({ signingName }) => signingName === (NAMES[name] ?? name));
  if (entry === undefined) {
    throw internal(`Millrace has no service ${name} for the integration ${call.uri}`);
  }
  const headers: Record<string, string> = {};
  for (const [header, values] of Object.entries(call.header)) {
    headers[header.toLowerCase()] = values.join(", ");
  }
  const query = new URLSearchParams(
    Object.entries(call.querystring).flatMap(([key, values]) =>
      values.map((value): [string, string] => [key, value]),
    ),
  );
  if (kind === "action") {
    addAction(entry, rest, headers, query);
  }
  const scope = `${accountId}/20260101/${regionOf(call.uri) ?? region}/${entry.signingName}`;
  headers["authorization"] =
    `AWS4-HMAC-SHA256 Credential=${scope}/aws4_request, SignedHeaders=host, Signature=0`;
  headers["host"] = `${entry.signingName}.${region}.amazonaws.com`;
  headers["content-length"] = String(call.body.length);
  headers["x-amzn-trace-id"] = routed.trace;
  return {
    method: call.method,
    path: kind === "path" ? `/${rest.replace(/^\//, "")}` : "/",
    query: query.toString(),
    headers,
    body: call.body.length === 0 && headers["x-amz-target"] ? utf8Encode("{}") : call.body,
    sourceIp: routed.request.sourceIp,
  };
}

/** Names in URIs that are not those of signatures. */
const NAMES: Readonly<Record<string, string>> = { cloudwatch: "monitoring" };

/**
 * An action is a target header or a parameter of the query, whichever the service's protocol has.
 * Services that speak the query protocol besides are called by it.
 */
function addAction(
  entry: CatalogEntry,
  action: string,
  headers: Record<string, string>,
  query: URLSearchParams,
): void {
  const json = entry.protocols.find((protocol) => protocol.startsWith("awsJson"));
  const isQuery = entry.protocols.includes("awsQuery") && headers["x-amz-target"] === undefined;
  if (json !== undefined && !isQuery) {
    headers["x-amz-target"] ??= `${entry.targetPrefix}.${action}`;
    if (!headers["content-type"]?.startsWith("application/x-amz-json")) {
      headers["content-type"] = `application/x-amz-json-${json === "awsJson1_0" ? "1.0" : "1.1"}`;
    }
    return;
  }
  if (!query.has("Action")) {
    query.set("Action", action);
  }
  if (!query.has("Version") && entry.version !== undefined) {
    query.set("Version", entry.version);
  }
}
