/**
 * Calls that wait for their answer, for pipes and workflows: one request each, with what the
 * connection has. Retries are the caller's.
 */
import { gunzipSync, inflateSync } from "node:zlib";
import type {
  ConnectionRequest,
  DestinationRequest,
  EndpointFailure,
  EndpointResult,
  Endpoints,
} from "../../../outbox/endpoints.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { HttpClientResponse } from "../../../platform/http-client.ts";
import { type ApiDestination, apiDestinationOfArn } from "./api-destination.ts";
import { type NoToken, type RequestPorts, requestAuthorized } from "./authorized-request.ts";
import { type Connection, connectionOfArn } from "./connection.ts";
import { bodyParametersOf, connectionRequest, invocationRequest } from "./http-request.ts";
import type { RateLimit } from "./rate-limit.ts";

export interface EndpointPorts extends RequestPorts {
  readonly clock: Clock;
  /** The one of deliveries: a destination has one rate, whoever sends. */
  readonly rateLimit: RateLimit;
}

/** How long a call waits for its turn at a destination. */
const TURN_MS_MAX = 5_000;

/**
 * What an enrichment may answer.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html
 */
const ANSWER_BYTES_MAX = 6 * 1024 * 1024;

export function createEndpoints(ports: EndpointPorts): Endpoints {
  return {
    toDestination: (request, abort) => callDestination(ports, request, abort),
    throughConnection: (request, abort) => callThrough(ports, request, abort),
  };
}

async function callDestination(
  ports: EndpointPorts,
  request: DestinationRequest,
  abort: AbortSignal | undefined,
): Promise<EndpointResult> {
  const { destinationArn } = request;
  const found = await ports.store.read((tx) => {
    const destination = apiDestinationOfArn(tx, destinationArn);
    return {
      destination,
      connection: destination && connectionOfArn(tx, destination.connectionArn),
    };
  });
  const { destination, connection } = found;
  if (destination === undefined) {
    return failure("not-found", `The API destination ${destinationArn} does not exist.`);
  }
  if (connection === undefined || connection.state === "DEAUTHORIZED") {
    return unusable(connection, destination.connectionArn);
  }
  if (!(await hasTurn(ports, destinationArn, destination, abort))) {
    return failure("throttled", `The rate of the API destination ${destinationArn} is exceeded.`);
  }
  const { body: payload, trace, ...parameters } = request;
  const answer = await requestAuthorized(ports, connection, (token) => ({
    ...invocationRequest(destination, connection, { payload, parameters, token, trace }),
    bodyBytesMax: ANSWER_BYTES_MAX,
    abort,
  }));
  return resultOf(answer, ANSWER_BYTES_MAX);
}

async function callThrough(
  ports: EndpointPorts,
  request: ConnectionRequest,
  abort: AbortSignal | undefined,
): Promise<EndpointResult> {
  const { connectionArn, timeoutMs, bodyBytesMax } = request;
  const connection = await ports.store.read((tx) => connectionOfArn(tx, connectionArn));
  if (connection === undefined || connection.state === "DEAUTHORIZED") {
    return unusable(connection, connectionArn);
  }
  const body = request.bodyWith(bodyParametersOf(connection));
  if ("problem" in body) {
    return failure("invalid-body", body.problem);
  }
  const answer = await requestAuthorized(ports, connection, (token) => {
    const sent = { ...connectionRequest(connection, request, token), body: body.text };
    request.onSend?.(sent);
    return { ...sent, timeoutMs, bodyBytesMax, abort };
  });
  return resultOf(answer, bodyBytesMax);
}

function unusable(connection: Connection | undefined, arn: string): EndpointFailure {
  return connection === undefined
    ? failure("not-found", `The connection ${arn} does not exist.`)
    : failure("not-authorized", `The connection ${arn} is not authorized.`);
}

/** Waits for it, but not for long: the caller holds on to its work meanwhile. */
async function hasTurn(
  { clock, rateLimit }: EndpointPorts,
  arn: string,
  { rateMax }: ApiDestination,
  abort: AbortSignal | undefined,
): Promise<boolean> {
  const lastMs = clock.nowMs() + TURN_MS_MAX;
  for (;;) {
    const freeMs = rateLimit.take(arn, clock.nowMs(), rateMax);
    if (freeMs === undefined) {
      return true;
    }
    if (freeMs > lastMs || abort?.aborted === true) {
      return false;
    }
    await clock.sleepUntil(freeMs, abort);
  }
}

function resultOf(
  answer: Awaited<ReturnType<typeof requestAuthorized>>,
  bytesMax: number,
): EndpointResult {
  if (answer.kind === "response") {
    return answered(answer, bytesMax);
  }
  return failure(reasonOf(answer), answer.message);
}

function reasonOf(
  failed: NoToken | Exclude<Awaited<ReturnType<typeof requestAuthorized>>, HttpClientResponse>,
): EndpointFailure["reason"] {
  if (failed.kind === "no-token") {
    return "not-authorized";
  }
  return failed.reason === "invalid-url" ? "connection" : failed.reason;
}

function answered(response: HttpClientResponse, bytesMax: number): EndpointResult {
  const { status, headers, isTruncated } = response;
  const body = decoded(response.body, headers["content-encoding"], bytesMax);
  if (body === undefined) {
    return failure("connection", "The answer's body is not what its Content-Encoding says.");
  }
  const lists = Object.entries(headers).map(([name, value]) => [name, [value]] as const);
  return { kind: "answer", status, headers: Object.fromEntries(lists), body, isTruncated };
}

function decoded(
  body: Uint8Array,
  encoding: string | undefined,
  maxOutputLength: number,
): Uint8Array | undefined {
  if (body.length === 0 || (encoding !== "gzip" && encoding !== "deflate")) {
    return body;
  }
  try {
    return (encoding === "gzip" ? gunzipSync : inflateSync)(body, { maxOutputLength });
  } catch {
    return undefined;
  }
}

function failure(reason: EndpointFailure["reason"], message: string): EndpointFailure {
  return { kind: "failure", reason, message };
}
