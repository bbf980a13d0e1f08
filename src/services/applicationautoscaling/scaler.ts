/**
 * Brings the capacity of a target within its bounds: a job of the outbox, since it calls the
 * operations of the service that is scaled.
 */
import { addJob, type Job, type JobKind, type Outcome } from "../../outbox/job.ts";
import type { WriteTx } from "../../store/store.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { addActivity } from "./activity.ts";
import { type Capacity, readCapacity, writeCapacity } from "./capacity.ts";
import { nameOf, type Owner, type TargetId } from "./keys.ts";
import { LANE_CONCURRENCY_MAX } from "./limits.ts";
import type { AutoScalingPorts } from "./ports.ts";

export const SCALE_JOB = "applicationautoscaling.scale";

export interface Scaling {
  readonly target: TargetId;
  readonly min: number;
  readonly max: number;
  readonly cause: string;
}

interface ScalingJob extends Scaling, Owner {
  readonly startMs: number;
}

export function scaleSoon(tx: WriteTx, owner: Owner, scaling: Scaling): void {
  const { accountId, region } = owner;
  const lane = `${accountId}/${region}/${nameOf(scaling.target)}`;
  const body: ScalingJob = { accountId, region, ...scaling, startMs: tx.nowMs };
  addJob(tx, { kind: SCALE_JOB, lane, body });
}

/** What came of it: nothing when the capacity was within the bounds. */
interface Scaled {
  readonly wanted: number;
  readonly failure?: string;
}

export function scalingJobs(ports: AutoScalingPorts): JobKind<ScalingJob, Scaled | undefined> {
  return {
    laneConcurrencyMax: LANE_CONCURRENCY_MAX,
    attempt: (job) => attempt(ports, job),
    settle(tx, { body }, outcome) {
      const done =
        outcome.kind === "delivered" || outcome.kind === "dead-letter" ? outcome.detail : undefined;
      if (done !== undefined) {
        record(tx, body, done);
      }
      return done?.failure === undefined
        ? []
        : [`${body.target.resourceId} was not scaled: ${done.failure}`];
    },
  };
}

async function attempt(
  ports: AutoScalingPorts,
  { body }: Job<ScalingJob>,
): Promise<Outcome<ScalingJob, Scaled | undefined>> {
  const { accountId, region, target, min, max } = body;
  const caller = { accountId, region };
  let wanted = min;
  try {
    const capacity: Capacity = await readCapacity(ports.dispatcher, caller, target);
    wanted = Math.min(Math.max(capacity.current, min), max);
    if (wanted === capacity.current) {
      return { kind: "delivered", detail: undefined };
    }
    await writeCapacity(ports.dispatcher, caller, target, { ...capacity, wanted });
    return { kind: "delivered", detail: { wanted } };
  } catch (error) {
    if (error instanceof AwsError) {
      return { kind: "dead-letter", detail: { wanted, failure: error.message } };
    }
    throw error;
  }
}

function record(tx: WriteTx, job: ScalingJob, { wanted, failure }: Scaled): void {
  const unit = (job.target.dimension.split(":").at(-1) ?? "")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  addActivity(tx, job, {
    ...job.target,
    id: tx.random.uuid(),
    description: `Setting ${unit} to ${wanted}.`,
    cause: job.cause,
    startMs: job.startMs,
    endMs: tx.nowMs,
    status: failure === undefined ? "Successful" : "Failed",
    message:
      failure ??
      `Successfully set ${unit} to ${wanted}. Change successfully fulfilled by dynamodb.`,
  });
}
