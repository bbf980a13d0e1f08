/**
 * Does the deliveries to HTTP endpoints.
 *
 * | what the endpoint does                | what follows                                            |
 * |---------------------------------------|---------------------------------------------------------|
 * | answers 2xx                           | the message is delivered                                |
 * | answers 5xx or 429, late, or not      | again, as the delivery policy of that time says         |
 * | the same for the last time            | dead-letter queue, or a line in the engine's log        |
 * | answers anything else                 | the same at once: no retry would help                   |
 * | has been unsubscribed meanwhile       | the message is dropped                                  |
 *
 * Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 * https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html
 */
import type { Job, JobKind, Outcome } from "../../outbox/job.ts";
import type { Sinks } from "../../outbox/sink.ts";
import type { Clock } from "../../platform/clock.ts";
import type { HttpClient, HttpClientResult } from "../../platform/http-client.ts";
import type { Store, WriteTx } from "../../store/store.ts";
import { type DeliveryPolicy, effectivePolicy, retryDelaySeconds } from "./delivery-policy.ts";
import { isReported, reportDelivery } from "./delivery-status.ts";
import { isBuried } from "./hand-over.ts";
import type { HttpMessage } from "./http-message.ts";
import { paces, subscriptions } from "./keys.ts";
import type { Subscription } from "./subscription.ts";
import { findTopic, type Topic, topicArn } from "./topic.ts";

export interface HttpDeliveryPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly sinks: Sinks;
  readonly http: HttpClient;
}

/** How a request ended, for the delivery status and the dead letter. */
export interface HttpConclusion {
  readonly attempts: number;
  readonly statusCode: number | undefined;
  /** The beginning of the answer's body, or why there is none. */
  readonly providerResponse: string;
}

type HttpOutcome = Outcome<HttpMessage, HttpConclusion>;

/** Requests to one endpoint at once. */
const LANE_CONCURRENCY_MAX = 32;
const TIMEOUT_MS = 15_000;
/** Of an answer, since no more is shown of it. */
const ANSWER_BYTES_MAX = 1_024;
const USER_AGENT = "Amazon Simple Notification Service Agent";

export function httpDeliveryJobs(ports: HttpDeliveryPorts): JobKind<HttpMessage, HttpConclusion> {
  return {
    laneConcurrencyMax: LANE_CONCURRENCY_MAX,
    attempt: (job) => attempt(ports, job.body),
    settle: (tx, job, outcome) => settle(tx, ports.sinks, job, outcome),
  };
}

async function attempt(ports: HttpDeliveryPorts, message: HttpMessage): Promise<HttpOutcome> {
  const found = await ports.store.read((tx) => {
    const topic = findTopic(tx, message.topic);
    const subscription = subscriptions.get(tx, [message.topicId, message.subscriptionId]);
    const policy = effectivePolicy(
      topic?.attributes["DeliveryPolicy"],
      subscription?.settings.deliveryPolicy,
    );
    return { policy, isSubscribed: subscription !== undefined };
  });
  if (!found.isSubscribed && message.type !== "UnsubscribeConfirmation") {
    return { kind: "dropped", because: "The subscription of an HTTP delivery is gone." };
  }
  const { policy } = found;
  const turnMs = message.hasTurn ? undefined : await turnOf(ports, message, policy);
  if (turnMs !== undefined && turnMs > ports.clock.nowMs()) {
    return { kind: "retry", atMs: turnMs, body: { ...message, hasTurn: true } };
  }
  const result = await ports.http.request({
    url: message.url,
    method: "POST",
    headers: headersOf(message, policy),
    body: message.payload,
    timeoutMs: TIMEOUT_MS,
    bodyBytesMax: ANSWER_BYTES_MAX,
  });
  return judge(message, policy, { result, nowMs: ports.clock.nowMs() });
}

/** The first time that the policy's rate has room for; `undefined` when there is no such rate. */
function turnOf(
  { store }: HttpDeliveryPorts,
  { subscriptionId }: HttpMessage,
  { throttlePolicy }: DeliveryPolicy,
): Promise<number | undefined> {
  const perSecond = throttlePolicy?.maxReceivesPerSecond;
  if (perSecond === undefined) {
    return Promise.resolve(undefined);
  }
  return store.write((tx) => {
    const turnMs = Math.max(tx.nowMs, paces.get(tx, [subscriptionId]) ?? 0);
    paces.put(tx, [subscriptionId], turnMs + 1000 / perSecond);
    return Math.ceil(turnMs);
  });
}

function headersOf(message: HttpMessage, policy: DeliveryPolicy): Record<string, string> {
  const arn = topicArn(message.topic);
  return {
    "x-amz-sns-message-type": message.type,
    "x-amz-sns-message-id": message.messageId,
    "x-amz-sns-topic-arn": arn,
    ...(message.type !== "SubscriptionConfirmation" && {
      "x-amz-sns-subscription-arn": `${arn}:${message.subscriptionId}`,
    }),
    ...(message.isRaw && { "x-amz-sns-rawdelivery": "true" }),
    ...(message.trace !== undefined && { "X-Amzn-Trace-Id": message.trace }),
    "Content-Type": policy.requestPolicy.headerContentType,
    "User-Agent": USER_AGENT,
  };
}

interface Judged {
  readonly result: HttpClientResult;
  readonly nowMs: number;
}

function judge(
  message: HttpMessage,
  { healthyRetryPolicy }: DeliveryPolicy,
  { result, nowMs }: Judged,
): HttpOutcome {
  const attempts = message.attempts + 1;
  const detail: HttpConclusion = {
    attempts,
    statusCode: result.kind === "response" ? result.status : undefined,
    providerResponse:
      result.kind === "response" ? Buffer.from(result.body).toString() : result.message,
  };
  if (result.kind === "response" && result.status >= 200 && result.status < 300) {
    return { kind: "delivered", detail };
  }
  if (!isPassing(result) || attempts > healthyRetryPolicy.numRetries) {
    return { kind: "dead-letter", detail };
  }
  const atMs = nowMs + Math.round(retryDelaySeconds(healthyRetryPolicy, attempts) * 1000);
  return { kind: "retry", atMs, body: { ...message, attempts, hasTurn: false } };
}

/** Whether a retry may help. */
function isPassing(result: HttpClientResult): boolean {
  return result.kind === "failure"
    ? result.reason !== "invalid-url"
    : result.status >= 500 || result.status === 429;
}

function settle(
  tx: WriteTx,
  sinks: Sinks,
  { body: message }: Job<HttpMessage>,
  outcome: HttpOutcome,
): readonly string[] {
  if (outcome.kind !== "delivered" && outcome.kind !== "dead-letter") {
    return [];
  }
  const topic = findTopic(tx, message.topic);
  const isSuccess = outcome.kind === "delivered";
  if (topic?.id === message.topicId && message.type === "Notification") {
    report(tx, sinks, topic, { message, conclusion: outcome.detail, isSuccess });
  }
  if (isSuccess) {
    return [];
  }
  const subscription = subscriptions.get(tx, [message.topicId, message.subscriptionId]);
  const { attempts, statusCode, providerResponse } = outcome.detail;
  if (subscription !== undefined && message.type === "Notification") {
    if (isBuriedOfHttp(tx, sinks, { subscription, message, conclusion: outcome.detail })) {
      return [];
    }
  }
  return [
    `sns: ${message.type} ${message.messageId} was not delivered to ${message.url} ` +
      `in ${attempts} attempts: ${statusCode ?? providerResponse}`,
  ];
}

function report(
  tx: WriteTx,
  sinks: Sinks,
  topic: Topic,
  given: {
    readonly message: HttpMessage;
    readonly conclusion: HttpConclusion;
    readonly isSuccess: boolean;
  },
): void {
  const { message, conclusion, isSuccess } = given;
  if (!isReported(tx, topic, { protocol: "HTTP", isSuccess })) {
    return;
  }
  reportDelivery(tx, sinks, topic, {
    protocol: "HTTP",
    destination: message.url,
    messageId: message.messageId,
    message: message.message,
    publishedMs: message.publishedMs,
    isSuccess,
    ...conclusion,
  });
}

function isBuriedOfHttp(
  tx: WriteTx,
  sinks: Sinks,
  given: {
    readonly subscription: Subscription;
    readonly message: HttpMessage;
    readonly conclusion: HttpConclusion;
  },
): boolean {
  const { subscription, message, conclusion } = given;
  return isBuried(tx, sinks, subscription, {
    envelope: {
      payload: message.payload,
      sourceArn: topicArn(message.topic),
      trace: message.trace,
    },
    reason: {
      code: String(conclusion.statusCode ?? "EndpointUnreachable"),
      message: conclusion.providerResponse || `HTTP status ${conclusion.statusCode}`,
    },
  });
}
