/**
 * Asynchronous invocations: accepted in the sender's transaction, run by the outbox worker.
 *
 * | what happens                                  | what follows                                    |
 * |-----------------------------------------------|-------------------------------------------------|
 * | the function succeeds                         | the record goes to the on-success destination   |
 * | the function fails                            | again after one minute, then after two          |
 * | it fails for the last time                    | on-failure destination and dead-letter queue    |
 * | it is throttled                               | the function's lane rests, longer each time     |
 * | the engine cannot run it                      | again after a second, doubled up to 5 minutes   |
 * | the event is too old                          | on-failure destination and dead-letter queue    |
 * | the function reserves no concurrency (0)      | the same at once, without a retry               |
 * | the event goes round in a loop                | the same at once                                |
 * | the function is gone                          | the event is dropped                            |
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
import { utf8Decode, utf8Encode } from "../../base/bytes.ts";
import { addJob, type Job, type JobKind, type Outcome } from "../../outbox/job.ts";
import { noteMetrics } from "../../outbox/metrics.ts";
import { ACCEPTED, type Acceptance, type Sink } from "../../outbox/sink.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Random } from "../../platform/random.ts";
import type { Store, WriteTx } from "../../store/store.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { payloadTooLarge } from "./errors.ts";
import { type AsyncRules, asyncRules } from "./event-invoke-config.ts";
import { existingFunction, findVersion, versionOf } from "./function.ts";
import { type FunctionReference, functionArn, functionReferenceOfArn } from "./function-name.ts";
import { asyncSample } from "./invocation-metrics.ts";
import type { Conclusion, LastResponse } from "./invocation-record.ts";
import { type Invocable, type Invoker, loadInvocable } from "./invoker.ts";
import {
  ASYNC_CONCURRENCY_MAX,
  ASYNC_PAYLOAD_BYTES_MAX,
  RETRY_DELAYS_MS,
  SYSTEM_RETRY_MS_MAX,
  SYSTEM_RETRY_MS_MIN,
} from "./limits.ts";

export const ASYNC_INVOCATION = "lambda.invoke";

export interface AsyncInvocation {
  readonly function: FunctionReference;
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly acceptedMs: number;
  readonly trace?: string | undefined;
  /** Invocations that reached the function. */
  readonly attempts: number;
  /** Tries in a row that the engine could not run. */
  readonly systemFailures: number;
  /** Of the last attempt. */
  readonly lastResponse?: LastResponse | undefined;
}

export function acceptInvocation(
  tx: WriteTx,
  reference: FunctionReference,
  request: Pick<AsyncInvocation, "requestId" | "payload" | "trace">,
): void {
  const fn = existingFunction(tx, reference);
  if (request.payload.length > ASYNC_PAYLOAD_BYTES_MAX) {
    throw payloadTooLarge(request.payload.length, "Event", ASYNC_PAYLOAD_BYTES_MAX);
  }
  const body: AsyncInvocation = {
    ...request,
    function: reference,
    acceptedMs: tx.nowMs,
    attempts: 0,
    systemFailures: 0,
  };
  addJob(tx, { kind: ASYNC_INVOCATION, lane: functionArn(fn), body });
  noteMetrics(tx, asyncSample(reference, tx.nowMs, [["AsyncEventsReceived", "Count", 1]]));
}

/** Lambda as a target of other services. */
export const lambdaSink: Sink = {
  accept(tx, target, envelope): Acceptance {
    try {
      acceptInvocation(tx, functionReferenceOfArn(target), {
        requestId: tx.random.uuid(),
        payload: utf8Encode(envelope.payload),
        trace: envelope.trace,
      });
      return ACCEPTED;
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      return { accepted: false, code: error.code, message: error.message };
    }
  },
};

type AsyncOutcome = Outcome<AsyncInvocation, Conclusion>;

export interface AsyncInvocationPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly invoker: Invoker;
  /** What the machine runs at once. */
  readonly environmentsMax: number;
  /** What follows from an invocation that is over. Returns what shall be logged. */
  conclude(tx: WriteTx, invocation: AsyncInvocation, conclusion: Conclusion): readonly string[];
}

export function asyncInvocationJobs(
  ports: AsyncInvocationPorts,
): JobKind<AsyncInvocation, Conclusion> {
  return {
    laneConcurrencyMax: Math.min(ASYNC_CONCURRENCY_MAX, ports.environmentsMax),
    attempt: (job) => attempt(ports, job.body),
    settle(tx, job: Job<AsyncInvocation>, outcome) {
      if (outcome.kind === "dead-letter") {
        const dropped = [["AsyncEventsDropped", "Count", 1]] as const;
        noteMetrics(tx, asyncSample(job.body.function, tx.nowMs, dropped));
      }
      if (outcome.kind === "delivered" || outcome.kind === "dead-letter") {
        return ports.conclude(tx, job.body, outcome.detail);
      }
      return outcome.kind === "retry" && outcome.body.systemFailures > 0
        ? [`An asynchronous invocation could not run: ${outcome.body.lastResponse?.payload}`]
        : [];
    },
  };
}

async function attempt(
  ports: AsyncInvocationPorts,
  invocation: AsyncInvocation,
): Promise<AsyncOutcome> {
  const chance = ports.random.next();
  const found = await ports.store.read((tx) => {
    const fn = findVersion(tx, invocation.function);
    return (
      fn && {
        invocable: loadInvocable(tx, invocation.function, chance),
        rules: asyncRules(tx, invocation.function),
      }
    );
  });
  if (found === undefined) {
    return { kind: "dropped", because: "The function of an asynchronous invocation is gone." };
  }
  const { invocable, rules } = found;
  const nowMs = ports.clock.nowMs();
  if (nowMs - invocation.acceptedMs >= rules.eventAgeMsMax) {
    return over("EventAgeExceeded", invocation, invocable);
  }
  if (invocable.latest.reservedConcurrency === 0) {
    return over("ZeroReservedConcurrency", invocation, invocable);
  }
  return call(ports, invocation, { invocable, rules });
}

async function call(
  ports: AsyncInvocationPorts,
  invocation: AsyncInvocation,
  { invocable, rules }: { readonly invocable: Invocable; readonly rules: AsyncRules },
): Promise<AsyncOutcome> {
  const { requestId, payload, trace, function: reference } = invocation;
  const attempts = invocation.attempts + 1;
  const nowMs = ports.clock.nowMs();
  let result: Awaited<ReturnType<Invoker["call"]>>;
  try {
    const qualifier = reference.qualifier;
    result = await ports.invoker.call(invocable, { requestId, payload, trace, qualifier, nowMs });
  } catch (error) {
    return systemFailure(invocation, error, ports.clock.nowMs());
  }
  if (result.throttled !== undefined) {
    return { kind: "throttled", retryByMs: invocation.acceptedMs + rules.eventAgeMsMax };
  }
  if (result.isLoop) {
    return over("RecursiveLoop", invocation, invocable);
  }
  const lastResponse: LastResponse = {
    statusCode: 200,
    functionError: result.functionError,
    payload: utf8Decode(result.payload),
  };
  const done = { ...invocation, attempts, systemFailures: 0, lastResponse };
  if (result.functionError === undefined) {
    return { kind: "delivered", detail: conclusionOf("Success", done, invocable) };
  }
  const delayMs = RETRY_DELAYS_MS[attempts - 1];
  if (attempts > rules.retryAttemptsMax || delayMs === undefined) {
    return over("RetriesExhausted", done, invocable);
  }
  return { kind: "retry", atMs: ports.clock.nowMs() + delayMs, body: done };
}

function systemFailure(invocation: AsyncInvocation, error: unknown, nowMs: number): AsyncOutcome {
  const message = error instanceof Error ? error.message : String(error);
  const delayMs = Math.min(
    SYSTEM_RETRY_MS_MIN * 2 ** invocation.systemFailures,
    SYSTEM_RETRY_MS_MAX,
  );
  const lastResponse: LastResponse = {
    statusCode: 500,
    functionError: undefined,
    payload: JSON.stringify({ errorMessage: message }),
  };
  const body = { ...invocation, systemFailures: invocation.systemFailures + 1, lastResponse };
  return { kind: "retry", atMs: nowMs + delayMs, body };
}

function over(
  condition: Conclusion["condition"],
  invocation: AsyncInvocation,
  invocable: Invocable,
): AsyncOutcome {
  return { kind: "dead-letter", detail: conclusionOf(condition, invocation, invocable) };
}

function conclusionOf(
  condition: Conclusion["condition"],
  invocation: AsyncInvocation,
  { fn }: Invocable,
): Conclusion {
  return {
    condition,
    attempts: invocation.attempts,
    executedVersion: versionOf(fn),
    lastResponse: invocation.lastResponse,
  };
}
