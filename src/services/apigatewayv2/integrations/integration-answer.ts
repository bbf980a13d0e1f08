/** What integrations have in common: a request goes in, an answer and what logs say of it come out. */
import type { HttpResponse } from "../../../wire/http.ts";
import { type Answered, plain, REASONS } from "../answer.ts";
import type { ServePorts } from "../function-call.ts";
import type { ApiRecord } from "../keys.ts";
import type { RoutedRequest } from "../payload.ts";

/** An integration of a deployment, ready to be asked. */
export interface DeployedIntegration {
  answer(ports: ServePorts, routed: RoutedRequest, on: Occasion): Promise<Answered>;
}

export interface Occasion {
  readonly api: ApiRecord;
  /** When the integration's time began, in ms since the Unix epoch. */
  readonly beganMs: number;
}

/** What the integration itself said. */
export function integrationAnswered(
  ports: ServePorts,
  routed: RoutedRequest,
  of: {
    readonly response: HttpResponse;
    readonly beganMs: number;
    /** The status that logs tell of. */
    readonly status: number;
    readonly error?: string | undefined;
  },
): Answered {
  const { response, status, error } = of;
  return {
    response: {
      status: response.status,
      headers: [...response.headers, ["apigw-requestid", routed.requestId]],
      body: response.body,
    },
    startMs: routed.nowMs,
    routeKey: routed.routeKey,
    authorizer: routed.authorizer,
    integration: {
      status,
      latencyMs: ports.clock.nowMs() - of.beganMs,
      ...(error !== undefined && { error }),
    },
  };
}

/** What the gateway says in the place of an integration that failed. */
export function integrationFailed(
  ports: ServePorts,
  routed: RoutedRequest,
  of: {
    readonly status: 400 | 500 | 503;
    readonly beganMs: number;
    readonly error: string;
    /** The status that logs tell of, when the integration had one. */
    readonly integrationStatus?: number;
  },
): Answered {
  const { status, error, integrationStatus = status } = of;
  return {
    response: plain(status, REASONS[status], routed.requestId),
    startMs: routed.nowMs,
    routeKey: routed.routeKey,
    authorizer: routed.authorizer,
    integration: {
      status: integrationStatus,
      latencyMs: ports.clock.nowMs() - of.beganMs,
      error,
    },
  };
}
