/**
 * What becomes of an invocation that failed: it is tried again, ever later, until the retry policy
 * is exhausted, and then goes to the dead-letter queue.
 *
 * Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html and
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 */
import { parseArn } from "../../base/arn.ts";
import { deliver, type EnvelopeAttribute, type Sinks } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import { errorShapeOf } from "../../wire/error-shapes.ts";
import { SERVICE_NAMES } from "../../wire/model.ts";
import { loadModel } from "../../wire/models.ts";
import { type Invocation, isoSeconds, payloadOf } from "./invocation.ts";
import { EVENT_AGE_SECONDS_DEFAULT, RETRY_ATTEMPTS_DEFAULT } from "./limits.ts";
import { universalTarget } from "./universal-target.ts";

export const RETRY_TIMER = "scheduler.retry";

/** With this back-off the default of 185 attempts takes the default of 24 hours. */
const DELAY_MS_MIN = 1_000;
const DELAY_MS_MAX = 8 * 60_000;
/** Delays vary by this share of themselves, up and down. */
const JITTER = 0.1;

export interface Failure {
  readonly code: string;
  readonly message: string;
}

type Condition = "MaximumRetryAttempts" | "MaximumEventAgeInSeconds";

/** Returns what the operator shall read: that nobody took the invocation. */
export function afterFailure(
  tx: WriteTx,
  sinks: Sinks,
  invocation: Invocation,
  failure: Failure,
): readonly string[] {
  const { RetryPolicy } = invocation.target;
  const attemptsMax = RetryPolicy?.MaximumRetryAttempts ?? RETRY_ATTEMPTS_DEFAULT;
  const ageSeconds = RetryPolicy?.MaximumEventAgeInSeconds ?? EVENT_AGE_SECONDS_DEFAULT;
  const retries = invocation.attempt - 1;
  const retryMs = tx.nowMs + delayMs(tx, retries);
  if (retries >= attemptsMax) {
    return bury(tx, sinks, invocation, { ...failure, condition: "MaximumRetryAttempts" });
  }
  if (retryMs > invocation.firstMs + ageSeconds * 1_000) {
    return bury(tx, sinks, invocation, { ...failure, condition: "MaximumEventAgeInSeconds" });
  }
  tx.after({
    kind: RETRY_TIMER,
    dueMs: retryMs,
    key: [invocation.scheduleArn, invocation.executionId],
    payload: { ...invocation, attempt: invocation.attempt + 1 },
  });
  return [];
}

function delayMs(tx: WriteTx, retries: number): number {
  const fullMs = Math.min(DELAY_MS_MIN * 2 ** retries, DELAY_MS_MAX);
  return Math.round(fullMs * (1 + JITTER * (2 * tx.random.next() - 1)));
}

function bury(
  tx: WriteTx,
  sinks: Sinks,
  invocation: Invocation,
  failure: Failure & { readonly condition: Condition },
): readonly string[] {
  const { scheduleArn, target } = invocation;
  const queueArn = target.DeadLetterConfig?.Arn;
  const lost = `An invocation of ${scheduleArn} is lost: ${failure.code}: ${failure.message}`;
  if (queueArn === undefined) {
    return [lost];
  }
  const acceptance = deliver(tx, sinks, queueArn, {
    payload: payloadOf(invocation),
    sourceArn: scheduleArn,
    attributes: attributesOf(invocation, failure),
  });
  return acceptance.accepted ? [] : [`${lost} (dead-letter queue: ${acceptance.message})`];
}

function attributesOf(
  invocation: Invocation,
  failure: Failure & { readonly condition: Condition },
): Readonly<Record<string, EnvelopeAttribute>> {
  const text = (value: string): EnvelopeAttribute => ({ type: "String", value });
  return {
    ERROR_CODE: text(errorCodeOf(invocation.target.Arn, failure.code)),
    ERROR_MESSAGE: text(failure.message || failure.code),
    EXECUTION_ID: text(invocation.executionId),
    EXHAUSTED_RETRY_CONDITION: text(failure.condition),
    IS_PAYLOAD_TRUNCATED: text("false"),
    RETRY_ATTEMPTS: text(String(invocation.attempt - 1)),
    SCHEDULED_TIME: text(isoSeconds(invocation.scheduledMs)),
    SCHEDULE_ARN: text(invocation.scheduleArn),
    TARGET_ARN: text(invocation.target.Arn),
  };
}

/** Services that once spoke the query protocol still say `AWS.SimpleQueueService.NonExistentQueue`. */
function errorCodeOf(targetArn: string, code: string): string {
  const name = universalTarget(targetArn)?.service ?? parseArn(targetArn)?.service;
  const service = SERVICE_NAMES.find((known) => known === name);
  const shape = service && errorShapeOf(loadModel(service), code);
  return shape?.traits.queryCode ?? code;
}
