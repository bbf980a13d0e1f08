/**
 * How deliveries to HTTP endpoints are retried, throttled and labelled.
 *
 * AWS tells of its four back-off functions no more than a graph and their names. Here each goes from
 * the minimum delay to the maximum: linear by equal steps, arithmetic by steps that grow by equal
 * amounts, geometric by a constant factor, exponential by steps that double. Delays have no jitter.
 *
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export interface RetryPolicy {
  readonly minDelayTarget: number;
  readonly maxDelayTarget: number;
  readonly numRetries: number;
  readonly numMaxDelayRetries: number;
  readonly numNoDelayRetries: number;
  readonly numMinDelayRetries: number;
  readonly backoffFunction: BackoffFunction;
}

export type BackoffFunction = "linear" | "arithmetic" | "geometric" | "exponential";

/** What holds for one subscription. */
export interface DeliveryPolicy {
  readonly healthyRetryPolicy: RetryPolicy;
  /** At most so many requests in a second. */
  readonly throttlePolicy: { readonly maxReceivesPerSecond: number } | null;
  readonly requestPolicy: { readonly headerContentType: string };
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: "linear",
};
const DEFAULT_REQUEST_POLICY = { headerContentType: "text/plain; charset=UTF-8" };

/** How long after the attempt before it comes the retry of that number, the first being 1. */
export function retryDelaySeconds(policy: RetryPolicy, retry: number): number {
  const { numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries, numRetries } = policy;
  if (retry <= numNoDelayRetries) {
    return 0;
  }
  const backoffAfter = numNoDelayRetries + numMinDelayRetries;
  if (retry <= backoffAfter) {
    return policy.minDelayTarget;
  }
  const count = numRetries - backoffAfter - numMaxDelayRetries;
  return retry > backoffAfter + count
    ? policy.maxDelayTarget
    : backoff(policy, retry - backoffAfter - 1, count - 1);
}

/** `step` of `last`, the first being 0. */
function backoff(policy: RetryPolicy, step: number, last: number): number {
  const { minDelayTarget: min, maxDelayTarget: max, backoffFunction } = policy;
  if (last === 0) {
    return min;
  }
  switch (backoffFunction) {
    case "linear":
      return min + ((max - min) * step) / last;
    case "arithmetic":
      return min + ((max - min) * step * (step + 1)) / (last * (last + 1));
    case "geometric":
      return min * (max / min) ** (step / last);
    case "exponential":
      return min + ((max - min) * (2 ** step - 1)) / (2 ** last - 1);
  }
}

type Json = Readonly<Record<string, unknown>>;

/** `{"http":{...}}` with the defaults filled in, as EffectiveDeliveryPolicy shows it. */
export function effectiveTopicPolicy(text: string | undefined): { readonly http: Json } {
  const http = text === undefined ? {} : objectAt(JSON.parse(text), "http");
  const throttle = http["defaultThrottlePolicy"];
  return {
    http: {
      defaultHealthyRetryPolicy: {
        ...DEFAULT_RETRY_POLICY,
        ...objectAt(http, "defaultHealthyRetryPolicy"),
      },
      disableSubscriptionOverrides: http["disableSubscriptionOverrides"] === true,
      ...(throttle !== undefined && { defaultThrottlePolicy: throttle }),
      defaultRequestPolicy: {
        ...DEFAULT_REQUEST_POLICY,
        ...objectAt(http, "defaultRequestPolicy"),
      },
    },
  };
}

/** The subscription's policy over the topic's, unless the topic says that none may. */
export function effectivePolicy(
  topicPolicy: string | undefined,
  subscriptionPolicy: string | undefined,
): DeliveryPolicy {
  const { http } = effectiveTopicPolicy(topicPolicy);
  const isOverridden = subscriptionPolicy !== undefined && !http["disableSubscriptionOverrides"];
  const own = isOverridden ? (JSON.parse(subscriptionPolicy) as Json) : {};
  return {
    healthyRetryPolicy: {
      ...(http["defaultHealthyRetryPolicy"] as RetryPolicy),
      ...objectAt(own, "healthyRetryPolicy"),
    },
    throttlePolicy: (own["throttlePolicy"] ??
      http["defaultThrottlePolicy"] ??
      null) as DeliveryPolicy["throttlePolicy"],
    requestPolicy: {
      ...(http["defaultRequestPolicy"] as DeliveryPolicy["requestPolicy"]),
      ...objectAt(own, "requestPolicy"),
    },
  };
}

/** EffectiveDeliveryPolicy of a subscription, with the members AWS answers and has no use for. */
export function shownPolicy(policy: DeliveryPolicy): string {
  return JSON.stringify({
    healthyRetryPolicy: policy.healthyRetryPolicy,
    sicklyRetryPolicy: null,
    throttlePolicy: policy.throttlePolicy,
    requestPolicy: policy.requestPolicy,
    guaranteed: false,
  });
}

/** Of a policy that was checked when it was set. */
function objectAt(json: unknown, name: string): Json {
  return ((json as Json | null)?.[name] ?? {}) as Json;
}
