/**
 * The data plane: a request to an API, routed to a function and back.
 *
 * A route table is compiled once a deployment: deployments never change, so the tables in memory
 * are right for as long as their deployment's id is the one the stage names.
 */
import type { ReadTx } from "../../store/store.ts";
import type { HttpRequest, HttpResponse } from "../../wire/http.ts";
import { createAccessLog } from "../api-front/access-log.ts";
import { newGatewayRequestId, newTrace } from "../api-front/request-marks.ts";
import { accessRecord } from "./access-record.ts";
import { type Answered, plain, REASONS } from "./answer.ts";
import { isPartName } from "./api.ts";
import { type AuthorizePorts, authorize } from "./authorization/authorize.ts";
import { type Cors, isCorsHeader, isPreflight, preflightHeaders, responseHeaders } from "./cors.ts";
import { callerOf } from "./function-call.ts";
import { compileIntegration } from "./integrations/compile-integration.ts";
import type { DeployedIntegration } from "./integrations/integration-answer.ts";
import {
  type ApiRecord,
  apis,
  deployments,
  type RouteAuthorization,
  type StageRecord,
  stages,
} from "./keys.ts";
import { BODY_SIZE_MAX, ROUTE_TABLES_MAX } from "./limits.ts";
import type { RoutedRequest } from "./payload.ts";
import { segmentsOf } from "./route-key.ts";
import { createRouteTable, type RouteTable } from "./route-table.ts";
import { createThrottle, type Throttle } from "./throttle.ts";

export interface ServeTarget {
  readonly apiId: string;
  /** Percent-encoded, as sent, behind whatever named the API. */
  readonly path: string;
  readonly host: string;
}

export type Serve = (request: HttpRequest, target: ServeTarget) => Promise<HttpResponse>;

interface Deployed {
  readonly cors: Cors | undefined;
  readonly table: RouteTable<DeployedRoute>;
}

interface DeployedRoute {
  readonly routeKey: string;
  readonly integration?: DeployedIntegration | undefined;
  readonly authorization?: RouteAuthorization | undefined;
}

interface Found {
  readonly api: ApiRecord;
  readonly stage: StageRecord["settings"];
  /** Behind the stage. */
  readonly path: string;
  readonly deployed: Deployed;
}

type AnswerPorts = AuthorizePorts & { readonly throttle: Throttle };

export function createServe(given: AuthorizePorts): Serve {
  const tables = new Map<string, Deployed>();
  const ports: AnswerPorts = { ...given, throttle: createThrottle() };
  const accessLog = createAccessLog(ports);
  return async (request, target) => {
    const requestId = newGatewayRequestId(ports.random);
    const found = await ports.store.read((tx) => locate(tx, target, tables));
    if (found === undefined) {
      return plain(404, "Not Found", requestId);
    }
    remember(tables, found);
    const { cors } = found.deployed;
    if (cors !== undefined && isPreflight(request)) {
      const headers = [...preflightHeaders(cors, request), ["apigw-requestid", requestId] as const];
      return { status: 204, headers, body: new Uint8Array() };
    }
    const located = { ...found, target, requestId };
    const answered = await answer(ports, request, located);
    const response =
      cors === undefined ? answered.response : withCors(answered.response, cors, request);
    const { DestinationArn: destinationArn, Format: format } = found.stage.AccessLogSettings ?? {};
    if (destinationArn !== undefined) {
      const nowMs = ports.clock.nowMs();
      const record = accessRecord(request, located, { ...answered, nowMs });
      accessLog.write(callerOf(found.api), { destinationArn, format }, record, nowMs);
    }
    return response;
  };
}

function locate(
  tx: ReadTx,
  target: ServeTarget,
  tables: ReadonlyMap<string, Deployed>,
): Found | undefined {
  const { apiId, path } = target;
  const api = apis.get(tx, [apiId]);
  if (api === undefined || api.settings.DisableExecuteApiEndpoint === true) {
    return undefined;
  }
  const [first = ""] = segmentsOf(path);
  const named = isPartName(first) ? stages.get(tx, [apiId, first]) : undefined;
  const stage = (named ?? stages.get(tx, [apiId, "$default"]))?.settings;
  if (stage?.DeploymentId === undefined) {
    return undefined;
  }
  const deployed =
    tables.get(tableKey(apiId, stage.DeploymentId)) ?? compile(tx, apiId, stage.DeploymentId);
  const rest = named === undefined ? path : path.slice(first.length + 1);
  return deployed && { api, stage, path: rest, deployed };
}

function compile(tx: ReadTx, apiId: string, deploymentId: string): Deployed | undefined {
  const snapshot = deployments.get(tx, [apiId, deploymentId])?.snapshot;
  const routes = snapshot?.routes.map(({ routeKey, integration, authorization }) => ({
    routeKey,
    integration: integration && compileIntegration(integration),
    authorization,
  }));
  return routes && { cors: snapshot?.cors, table: createRouteTable(routes) };
}

function tableKey(apiId: string, deploymentId: string): string {
  return `${apiId}/${deploymentId}`;
}

/** The table that was stored first goes when there are too many. */
function remember(tables: Map<string, Deployed>, { api, stage, deployed }: Found): void {
  const key = tableKey(api.apiId, stage.DeploymentId ?? "");
  if (tables.has(key)) {
    return;
  }
  const [oldest] = tables.keys();
  if (tables.size >= ROUTE_TABLES_MAX && oldest !== undefined) {
    tables.delete(oldest);
  }
  tables.set(key, deployed);
}

export type Located = Found & { readonly target: ServeTarget; readonly requestId: string };

async function answer(
  ports: AnswerPorts,
  request: HttpRequest,
  located: Located,
): Promise<Answered> {
  const { api, stage, target, requestId } = located;
  const startMs = ports.clock.nowMs();
  if (request.body.length > BODY_SIZE_MAX) {
    return { response: plain(413, "Request Entity Too Large", requestId), startMs };
  }
  const match = located.deployed.table.match(request.method, located.path);
  if (match === undefined) {
    return { response: plain(404, "Not Found", requestId), startMs };
  }
  const { authorization, integration, routeKey } = match.route;
  if (!ports.throttle.admits(api.apiId, stage, routeKey, startMs)) {
    return { response: plain(429, "Too Many Requests", requestId), startMs, routeKey };
  }
  const routed: RoutedRequest = {
    request,
    apiId: api.apiId,
    accountId: api.accountId,
    region: api.region,
    host: target.host,
    stage: stage.StageName,
    deploymentId: stage.DeploymentId ?? "",
    stageVariables: stage.StageVariables,
    routeKey,
    path: target.path,
    pathInStage: located.path,
    pathVariables: match.variables,
    requestId,
    trace: request.headers["x-amzn-trace-id"] ?? newTrace(ports.random, startMs),
    nowMs: startMs,
    mappedPath: undefined,
    authorizer: undefined,
  };
  if (authorization !== undefined) {
    return answerAuthorized(ports, routed, { api, authorization, integration });
  }
  return integration === undefined
    ? unanswered(routed)
    : integration.answer(ports, routed, { api, beganMs: startMs });
}

/** Only routes that ask for it wait for an authorizer. */
async function answerAuthorized(
  ports: AnswerPorts,
  routed: RoutedRequest,
  route: {
    readonly api: ApiRecord;
    readonly authorization: RouteAuthorization;
    readonly integration: DeployedIntegration | undefined;
  },
): Promise<Answered> {
  const { api, integration } = route;
  const verdict = await authorize(ports, routed, route);
  if ("status" in verdict) {
    const { status, challenge, error: authorizerError } = verdict;
    const { requestId, nowMs: startMs, routeKey } = routed;
    const refusal = plain(status, REASONS[status], requestId);
    const response =
      challenge === undefined
        ? refusal
        : { ...refusal, headers: [...refusal.headers, ["www-authenticate", challenge] as const] };
    return { response, startMs, routeKey, authorizerError };
  }
  const authorized = { ...routed, authorizer: verdict.context };
  return integration === undefined
    ? unanswered(authorized)
    : integration.answer(ports, authorized, { api, beganMs: ports.clock.nowMs() });
}

/** A route without an integration. */
function unanswered({ requestId, nowMs: startMs, routeKey, authorizer }: RoutedRequest): Answered {
  return { response: plain(500, REASONS[500], requestId), startMs, routeKey, authorizer };
}

function withCors(response: HttpResponse, cors: Cors, request: HttpRequest): HttpResponse {
  const headers = [
    ...response.headers.filter(([name]) => !isCorsHeader(name)),
    ...responseHeaders(cors, request),
  ];
  return { ...response, headers };
}
