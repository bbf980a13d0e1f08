/** Hands invocations to their targets: at once, after a failure again, and by the outbox. */

import { addJob, type Job, type JobKind, type Outcome } from "../../outbox/job.ts";
import { deliver } from "../../outbox/sink.ts";
import type { WriteTx } from "../../store/store.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { Unreadable } from "../../wire/malformed.ts";
import type { TimerHandler } from "../service.ts";
import { callInput, hopOf, type Invocation } from "./invocation.ts";
import { LANE_CONCURRENCY_MAX } from "./limits.ts";
import type { SchedulerPorts } from "./ports.ts";
import { afterFailure, type Failure } from "./retries.ts";

export const INVOCATION_JOB = "scheduler.invoke";

type InvokerPorts = Pick<SchedulerPorts, "sinks" | "dispatcher" | "log">;

/** Invokes the target, in the transaction that found the schedule due. */
export function invoke(tx: WriteTx, ports: InvokerPorts, invocation: Invocation): void {
  const hop = hopOf(ports.sinks, invocation);
  const { target } = invocation;
  if (hop.kind === "call") {
    addJob(tx, { kind: INVOCATION_JOB, lane: target.Arn, body: invocation });
    return;
  }
  const acceptance = deliver(tx, ports.sinks, target.Arn, hop.envelope);
  if (!acceptance.accepted) {
    for (const note of afterFailure(tx, ports.sinks, invocation, acceptance)) {
      ports.log.write("warn", note);
    }
  }
}

export function retryTimer(ports: InvokerPorts): TimerHandler {
  return (tx, timer) => invoke(tx, ports, timer.payload as Invocation);
}

/** For the outbox worker: targets that are operations. */
export function invocationJobs(ports: InvokerPorts): JobKind<Invocation, Failure | undefined> {
  return {
    laneConcurrencyMax: LANE_CONCURRENCY_MAX,
    attempt: (job) => attempt(ports, job),
    settle(tx, job, outcome) {
      return outcome.kind === "dead-letter" && outcome.detail !== undefined
        ? afterFailure(tx, ports.sinks, job.body, outcome.detail)
        : [];
    },
  };
}

async function attempt(
  ports: InvokerPorts,
  { body: invocation }: Job<Invocation>,
): Promise<Outcome<Invocation, Failure | undefined>> {
  const hop = hopOf(ports.sinks, invocation);
  if (hop.kind === "sink") {
    return { kind: "dropped", because: `${invocation.target.Arn} became a target of the store.` };
  }
  const { region, accountId } = invocation;
  try {
    await ports.dispatcher.callByName(
      { region, accountId },
      hop.service,
      hop.operation,
      callInput(invocation),
    );
    return { kind: "delivered", detail: undefined };
  } catch (error) {
    return { kind: "dead-letter", detail: failureOf(error) };
  }
}

/** Any other error is a bug, of which the outbox worker takes care. */
function failureOf(error: unknown): Failure {
  if (error instanceof AwsError) {
    return { code: error.code, message: error.message };
  }
  if (error instanceof Unreadable || error instanceof SyntaxError) {
    return { code: "ValidationException", message: error.message };
  }
  throw error;
}
