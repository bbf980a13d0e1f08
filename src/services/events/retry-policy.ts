/**
 * When a delivery that failed is tried again, and when it is given up.
 *
 * AWS names attempts and age and "exponential back-off with jitter", and no figures; with these
 * 185 attempts fill most of a day, as they do there.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
import type { Random } from "../../platform/random.ts";
import type { RetryPolicy } from "../../wire/models/events.gen.ts";

const ATTEMPTS_DEFAULT = 185;
const AGE_SECONDS_DEFAULT = 86_400;
const DELAY_MS_MIN = 1_000;
const DELAY_MS_MAX = 512_000;

export type ExhaustedCondition = "MaximumRetryAttempts" | "MaximumEventAgeInSeconds";

export type NextAttempt =
  | { readonly atMs: number; readonly exhausted?: undefined }
  | { readonly atMs?: undefined; readonly exhausted: ExhaustedCondition };

/** `retries`: how often the event was tried again before the attempt that failed at `nowMs`. */
export function nextAttempt(
  policy: RetryPolicy | undefined,
  history: { readonly acceptedMs: number; readonly retries: number },
  failed: { readonly nowMs: number; readonly random: Random; readonly notBeforeMs?: number },
): NextAttempt {
  const { acceptedMs, retries } = history;
  if (retries >= (policy?.MaximumRetryAttempts ?? ATTEMPTS_DEFAULT)) {
    return { exhausted: "MaximumRetryAttempts" };
  }
  const delayMs = Math.min(DELAY_MS_MAX, DELAY_MS_MIN * 2 ** retries);
  const jitteredMs = Math.ceil(delayMs * (0.5 + failed.random.next() / 2));
  const atMs = Math.max(failed.nowMs + jitteredMs, failed.notBeforeMs ?? 0);
  return atMs > deadlineMs(policy, acceptedMs)
    ? { exhausted: "MaximumEventAgeInSeconds" }
    : { atMs };
}

/** After this an event is too old to be delivered. */
export function deadlineMs(policy: RetryPolicy | undefined, acceptedMs: number): number {
  return acceptedMs + (policy?.MaximumEventAgeInSeconds ?? AGE_SECONDS_DEFAULT) * 1_000;
}
