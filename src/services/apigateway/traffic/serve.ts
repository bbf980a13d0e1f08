/**
 * The data plane: a request to a REST API on its way to an integration and back.
 *
 * Deployments never change, so what is compiled in memory is right for as long as its deployment's
 * id is the one the stage names.
 */
import type { HttpClient } from "../../../platform/http-client.ts";
import type { ReadTx } from "../../../store/store.ts";
import type { HttpRequest, HttpResponse } from "../../../wire/http.ts";
import { createAccessLog } from "../../api-front/access-log.ts";
import { newGatewayRequestId, newTrace } from "../../api-front/request-marks.ts";
import { type Buckets, createBuckets } from "../../api-front/token-buckets.ts";
import { isPartName } from "../ids.ts";
import {
  apis,
  deployments,
  type MethodRecord,
  type RestApiRecord,
  type StageRecord,
  stages,
} from "../keys.ts";
import { BODY_SIZE_MAX, COMPILED_MAX } from "../limits.ts";
import { accessRecord } from "./access-record.ts";
import { admit } from "./admit.ts";
import { type Authorization, authorize, type Decisions } from "./authorize.ts";
import { type Compiled, compile, type PathMatch } from "./compile.ts";
import { compressed, decompressed } from "./compression.ts";
import { logExecution } from "./execution-log.ts";
import type { TrafficPorts } from "./function-call.ts";
import { refusalAnswer } from "./gateway-answer.ts";
import { forwardedHeaders, queryOf } from "./headers.ts";
import type { Caller, Incoming, Routed } from "./incoming.ts";
import { integrate } from "./integrate.ts";
import type { Answer } from "./proxy.ts";
import { Refusal } from "./refusal.ts";
import { validate } from "./validate.ts";

export interface ServeTarget {
  readonly apiId: string;
  /** Percent-encoded, as sent, behind whatever named the API: the stage first. */
  readonly path: string;
  readonly host: string;
}

export type Serve = (request: HttpRequest, target: ServeTarget) => Promise<HttpResponse>;

export type ServePorts = TrafficPorts & {
  readonly http: HttpClient;
  readonly buckets: Buckets;
  readonly decisions: Decisions;
};

interface Found {
  readonly api: RestApiRecord;
  readonly stage: StageRecord["settings"];
  readonly compiled: Compiled;
  readonly path: string;
}

/** What requests share: what is throttled, and what authorizers decided. */
export function createServePorts(ports: TrafficPorts & { readonly http: HttpClient }): ServePorts {
  return { ...ports, buckets: createBuckets(), decisions: new Map() };
}

export function createServe(ports: ServePorts): Serve {
  const known = new Map<string, Compiled>();
  const accessLog = createAccessLog(ports);
  return async (request, target) => {
    const found = await ports.store.read((tx) => locate(tx, target, known));
    const extendedRequestId = newGatewayRequestId(ports.random);
    if (found === undefined) {
      return forbidden(ports.random.uuid(), extendedRequestId);
    }
    remember(known, found);
    const incoming = incomingOf(ports, request, { ...found, ...target, extendedRequestId });
    const flow = await run(ports, incoming, found.path);
    logExecution(accessLog, incoming, flow, ports.clock.nowMs());
    const { destinationArn, format } = found.stage.accessLogSettings ?? {};
    if (destinationArn !== undefined) {
      const { accountId, region } = found.api;
      const nowMs = ports.clock.nowMs();
      const record = accessRecord(incoming, flow, nowMs);
      accessLog.write({ accountId, region }, { destinationArn, format }, record, nowMs);
    }
    return marked(incoming, flow.answer);
  };
}

/** Whether an API is one of ours: the gateway has two kinds of them. */
export function hasApi(tx: ReadTx, apiId: string): boolean {
  return isPartName(apiId) && apis.get(tx, [apiId]) !== undefined;
}

function locate(
  tx: ReadTx,
  { apiId, path }: ServeTarget,
  known: ReadonlyMap<string, Compiled>,
): Found | undefined {
  const api = isPartName(apiId) ? apis.get(tx, [apiId]) : undefined;
  if (api === undefined || api.settings.disableExecuteApiEndpoint === true) {
    return undefined;
  }
  const [, stageName = ""] = path.split("/");
  const stage = isPartName(stageName) ? stages.get(tx, [apiId, stageName])?.settings : undefined;
  if (stage === undefined) {
    return undefined;
  }
  const kept = known.get(`${apiId}/${stage.deploymentId}`);
  const snapshot = kept ? undefined : deployments.get(tx, [apiId, stage.deploymentId])?.snapshot;
  const compiled = kept ?? (snapshot && compile(snapshot));
  const rest = path.slice(stageName.length + 1);
  return compiled && { api, stage, compiled, path: rest === "" ? "/" : rest };
}

/** What was compiled first goes when there is too much. */
function remember(known: Map<string, Compiled>, { api, stage, compiled }: Found): void {
  const key = `${api.id}/${stage.deploymentId}`;
  const [oldest] = known.keys();
  if (known.has(key)) {
    return;
  }
  if (known.size >= COMPILED_MAX && oldest !== undefined) {
    known.delete(oldest);
  }
  known.set(key, compiled);
}

export function incomingOf(
  ports: TrafficPorts,
  request: HttpRequest,
  found: Found & ServeTarget & { readonly extendedRequestId: string },
): Incoming {
  const { api, stage, compiled, host, path, extendedRequestId } = found;
  const startMs = ports.clock.nowMs();
  const trace = request.headers["x-amzn-trace-id"] ?? newTrace(ports.random, startMs);
  return {
    request,
    api,
    stage,
    compiled,
    host,
    path,
    requestId: ports.random.uuid(),
    extendedRequestId,
    trace,
    startMs,
    headers: forwardedHeaders(request, { host, trace }),
    query: queryOf(request.query),
    ...noted(),
  };
}

function noted(): Pick<Incoming, "note" | "lines"> {
  const lines: string[] = [];
  return { lines, note: (line) => void lines.push(line) };
}

/** What became of a request. */
export interface Flow {
  readonly answer: Answer;
  readonly match: PathMatch | undefined;
  readonly caller: Caller | undefined;
  readonly refusal: Refusal | undefined;
  readonly integrationMs: number | undefined;
}

/** The way of a request, from its path to the answer of its integration. */
export async function run(ports: ServePorts, incoming: Incoming, path: string): Promise<Flow> {
  let match: PathMatch | undefined;
  let caller: Caller | undefined;
  let integratedMs: number | undefined;
  let received = incoming;
  try {
    match = incoming.compiled.match(path);
    const method = match && methodOf(match, incoming.request.method);
    if (match === undefined || method === undefined) {
      throw new Refusal("MISSING_AUTHENTICATION_TOKEN");
    }
    if (incoming.request.body.length > BODY_SIZE_MAX) {
      throw new Refusal("REQUEST_TOO_LARGE");
    }
    received = decompressed(incoming);
    const authorization = await authorize(ports, received, { match, method });
    caller = await callerOf(ports, received, { match, method, authorization });
    const routed: Routed = { ...received, match, method, caller };
    validate(routed);
    integratedMs = ports.clock.nowMs();
    const answer = await integrate(ports, routed);
    if (answer.body.length > BODY_SIZE_MAX) {
      throw new Refusal("API_CONFIGURATION_ERROR", { reason: "The answer is larger than 10 MB" });
    }
    const integrationMs = ports.clock.nowMs() - integratedMs;
    const sent = compressed(incoming, answer);
    return { answer: sent, match, caller, refusal: undefined, integrationMs };
  } catch (error) {
    const refusal = refusalOf(ports, incoming, error);
    const answer = refusalAnswer(received, refusal, { match, caller });
    const integrationMs =
      integratedMs === undefined ? undefined : ports.clock.nowMs() - integratedMs;
    return { answer, match, caller, refusal, integrationMs };
  }
}

function callerOf(
  ports: ServePorts,
  incoming: Incoming,
  place: {
    readonly match: PathMatch;
    readonly method: MethodRecord;
    readonly authorization: Authorization;
  },
): Promise<Caller> {
  return admit(ports, incoming, place, place.authorization);
}

/** A resource that has other methods alone refuses as if it were not there. */
function methodOf({ methods }: PathMatch, httpMethod: string): MethodRecord | undefined {
  return (Object.hasOwn(methods, httpMethod) ? methods[httpMethod] : undefined) ?? methods["ANY"];
}

/** What is no refusal is a bug of ours: the client is told as little of it as of any other failure. */
export function refusalOf(ports: TrafficPorts, incoming: Incoming, error: unknown): Refusal {
  if (error instanceof Refusal) {
    if (error.reason !== undefined) {
      const { id } = incoming.api;
      incoming.note(error.reason);
      ports.log.write("warn", "apigateway: a request failed", { apiId: id, reason: error.reason });
    }
    return error;
  }
  ports.log.write("error", "apigateway: a request failed", { apiId: incoming.api.id, error });
  return new Refusal("DEFAULT_5XX", { status: 500, said: "Internal server error" });
}

function marked(incoming: Incoming, answer: Answer): HttpResponse {
  return {
    status: answer.status,
    headers: [
      ...answer.headers,
      ["x-amzn-requestid", incoming.requestId],
      ["x-amz-apigw-id", incoming.extendedRequestId],
      ["x-amzn-trace-id", incoming.trace],
    ],
    body: answer.body,
  };
}

/** For an API or a stage that is not there. */
function forbidden(requestId: string, extendedRequestId: string): HttpResponse {
  return {
    status: 403,
    headers: [
      ["content-type", "application/json"],
      ["x-amzn-errortype", "ForbiddenException"],
      ["x-amzn-requestid", requestId],
      ["x-amz-apigw-id", extendedRequestId],
    ],
    body: new TextEncoder().encode('{"message":"Forbidden"}'),
  };
}
