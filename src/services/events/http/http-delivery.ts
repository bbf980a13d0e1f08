/**
 * Deliveries to API destinations, by the outbox worker: a lane for each destination, so that a slow
 * one holds up no other.
 *
 * | what happens                                    | what follows                                |
 * |-------------------------------------------------|---------------------------------------------|
 * | 2xx                                             | done                                        |
 * | 401, 407, 409, 429, 5xx, no answer              | again, by the target's retry policy; not    |
 * |                                                 | before `Retry-After`, never if it is < 0    |
 * | another status                                  | dead-letter queue                           |
 * | more requests than the destination may get      | the lane rests until there may be one       |
 * | the destination or its connection is gone       | dead-letter queue                           |
 * | the connection is deauthorized                  | dead-letter queue                           |
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html#eb-api-destination-error-codes
 */
import { addJob, type Job, type JobKind, type Outcome } from "../../../outbox/job.ts";
import type { Sinks } from "../../../outbox/sink.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { HttpClientResponse } from "../../../platform/http-client.ts";
import type { Random } from "../../../platform/random.ts";
import type { WriteTx } from "../../../store/store.ts";
import type { RetryPolicy } from "../../../wire/models/events.gen.ts";
import { buried } from "../dead-letter.ts";
import { deadlineMs, type ExhaustedCondition, nextAttempt } from "../retry-policy.ts";
import { type ApiDestination, apiDestinationOfArn } from "./api-destination.ts";
import { type RequestPorts, requestAuthorized } from "./authorized-request.ts";
import { type Connection, connectionOfArn } from "./connection.ts";
import { invocationRequest, type TargetParameters } from "./http-request.ts";
import type { RateLimit } from "./rate-limit.ts";

export const HTTP_DELIVERY = "events.http";

/** Requests to one destination under way at once. */
const LANE_CONCURRENCY_MAX = 50;

export interface HttpDelivery {
  readonly targetArn: string;
  readonly ruleArn: string | undefined;
  readonly payload: string;
  /** What a dead-letter queue gets. */
  readonly eventText: string;
  readonly parameters: TargetParameters;
  readonly deadLetterArn: string | undefined;
  readonly retryPolicy: RetryPolicy | undefined;
  readonly trace: string | undefined;
  readonly acceptedMs: number;
  readonly retries: number;
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly exhausted?: ExhaustedCondition;
}

type HttpOutcome = Outcome<HttpDelivery, Failure | undefined>;

export interface HttpDeliveryPorts extends RequestPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly sinks: Sinks;
  readonly rateLimit: RateLimit;
}

export function addHttpDelivery(
  tx: WriteTx,
  delivery: Omit<HttpDelivery, "acceptedMs" | "retries">,
): void {
  const body: HttpDelivery = { ...delivery, acceptedMs: tx.nowMs, retries: 0 };
  addJob(tx, { kind: HTTP_DELIVERY, lane: delivery.targetArn, body });
}

export function httpDeliveryJobs(
  ports: HttpDeliveryPorts,
): JobKind<HttpDelivery, Failure | undefined> {
  return {
    laneConcurrencyMax: LANE_CONCURRENCY_MAX,
    attempt: ({ body }) => attempt(ports, body),
    settle: (tx, job, outcome) => settle(tx, ports.sinks, job, outcome),
  };
}

async function attempt(ports: HttpDeliveryPorts, delivery: HttpDelivery): Promise<HttpOutcome> {
  const found = await ports.store.read((tx) => {
    const destination = apiDestinationOfArn(tx, delivery.targetArn);
    return {
      destination,
      connection: destination && connectionOfArn(tx, destination.connectionArn),
    };
  });
  const { destination, connection } = found;
  if (destination === undefined || connection === undefined) {
    const what = destination === undefined ? "API destination" : "connection";
    return dead({ code: "NO_RESOURCE", message: `${UNABLE} The ${what} does not exist.` });
  }
  const nowMs = ports.clock.nowMs();
  if (nowMs > deadlineMs(delivery.retryPolicy, delivery.acceptedMs)) {
    const exhausted = "MaximumEventAgeInSeconds";
    return dead({ code: "TIMEOUT", message: `${UNABLE} The event is too old.`, exhausted });
  }
  if (connection.state === "DEAUTHORIZED") {
    const message = `${UNABLE} The connection is not authorized.`;
    return dead({ code: "NO_PERMISSIONS", message });
  }
  const freeMs = ports.rateLimit.take(delivery.targetArn, nowMs, destination.rateMax);
  return freeMs === undefined
    ? send(ports, delivery, { destination, connection })
    : { kind: "throttled", retryByMs: freeMs };
}

async function send(
  ports: HttpDeliveryPorts,
  delivery: HttpDelivery,
  to: { readonly destination: ApiDestination; readonly connection: Connection },
): Promise<HttpOutcome> {
  const { payload, parameters, trace } = delivery;
  const { destination, connection } = to;
  const answer = await requestAuthorized(ports, connection, (token) =>
    invocationRequest(destination, connection, { payload, parameters, token, trace }),
  );
  if (answer.kind === "no-token") {
    return again(ports, delivery, {
      code: "NO_PERMISSIONS",
      message: `${UNABLE} ${answer.message}`,
    });
  }
  if (answer.kind === "failure") {
    const code = answer.reason === "timeout" ? "TIMEOUT" : "CONNECTION_FAILURE";
    return again(ports, delivery, { code, message: `${UNABLE} ${answer.message}` });
  }
  return judged(ports, delivery, answer);
}

const UNABLE = "Unable to invoke ApiDestination endpoint:";

const RETRIED: ReadonlySet<number> = new Set([401, 407, 409, 429]);

function judged(
  ports: HttpDeliveryPorts,
  delivery: HttpDelivery,
  { status, headers }: HttpClientResponse,
): HttpOutcome {
  if (status >= 200 && status <= 299) {
    return { kind: "delivered", detail: undefined };
  }
  const failure = { code: codeOf(status), message: `${UNABLE} ${reasonOf(status)}` };
  const afterMs = retryAfterMs(headers["retry-after"], ports.clock.nowMs());
  const isRetried = status >= 500 || RETRIED.has(status);
  return isRetried && !(afterMs !== undefined && afterMs < 0)
    ? again(ports, delivery, failure, afterMs)
    : dead(failure);
}

function codeOf(status: number): string {
  if (status === 429) {
    return "THROTTLING";
  }
  return status >= 500 ? "ERROR_FROM_TARGET" : "SDK_CLIENT_ERROR";
}

function reasonOf(status: number): string {
  switch (status) {
    case 401:
    case 403:
    case 407:
      return (
        "The request failed because the credentials included for the connection are not " +
        "authorized for the API destination."
      );
    case 404:
      return "API destination endpoint cannot be found.";
    default:
      return `The endpoint answered with status code ${status}.`;
  }
}

/** Seconds or a date; negative seconds say never. */
function retryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined || text.trim() === "") {
    return undefined;
  }
  const seconds = Number(text);
  if (!Number.isNaN(seconds)) {
    return seconds < 0 ? -1 : seconds * 1_000;
  }
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

function again(
  { clock, random }: HttpDeliveryPorts,
  delivery: HttpDelivery,
  failure: Failure,
  afterMs = 0,
): HttpOutcome {
  const nowMs = clock.nowMs();
  const failed = { nowMs, random, notBeforeMs: nowMs + afterMs };
  const next = nextAttempt(delivery.retryPolicy, delivery, failed);
  return next.exhausted === undefined
    ? { kind: "retry", atMs: next.atMs, body: { ...delivery, retries: delivery.retries + 1 } }
    : dead({ ...failure, exhausted: next.exhausted });
}

function dead(failure: Failure): HttpOutcome {
  return { kind: "dead-letter", detail: failure };
}

function settle(
  tx: WriteTx,
  sinks: Sinks,
  { body }: Job<HttpDelivery>,
  outcome: HttpOutcome,
): readonly string[] {
  if (outcome.kind !== "dead-letter" || outcome.detail === undefined) {
    return [];
  }
  const { detail } = outcome;
  const letter = { ...body, ...detail };
  return buried(tx, sinks, body.deadLetterArn, letter)
    ? []
    : [`events: an event for ${body.targetArn} is dropped: ${detail.code}: ${detail.message}`];
}
