/**
 * Brings the capacity of a target within its bounds, or to where a policy wants it: a job of the
 * outbox, since it calls the operations of the service that is scaled.
 *
 * What a policy wants is decided in a first attempt and kept in the job before the second acts on
 * it: a crash between the change and its record repeats the same figure, and adds none to it.
 */
import { addJob, type Job, type JobKind, type Outcome } from "../../outbox/job.ts";
import type { WriteTx } from "../../store/store.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { addActivity } from "./activity.ts";
import { readCapacity, writeCapacity } from "./capacity.ts";
import { type Owner, type TargetId, targetKey } from "./keys.ts";
import { LANE_CONCURRENCY_MAX } from "./limits.ts";
import { ownedBy } from "./owned.ts";
import { type Policy, policies } from "./policy.ts";
import { refreshAlarms } from "./policy-alarms.ts";
import type { AutoScalingPorts } from "./ports.ts";
import { putTarget, type Target, targets } from "./target.ts";
import { type Direction, nextStep, type Step } from "./tracking.ts";

export const SCALE_JOB = "applicationautoscaling.scale";

export interface Scaling {
  readonly target: TargetId;
  readonly min: number;
  readonly max: number;
  readonly cause: string;
}

interface ScalingJob extends Scaling, Owner {
  readonly startMs: number;
  /** Of policies. */
  readonly track?: Track;
}

interface Track {
  readonly policyName: string;
  readonly direction: Direction;
  readonly value: number;
  /** Once it is decided. */
  readonly step?: Step;
}

export function scaleSoon(tx: WriteTx, owner: Owner, scaling: Scaling, track?: Track): void {
  const { accountId, region } = owner;
  // Reads and writes of a table are changed by one operation: one after the other.
  const lane = `${accountId}/${region}/${scaling.target.namespace}/${scaling.target.resourceId}`;
  const body: ScalingJob = {
    accountId,
    region,
    ...scaling,
    startMs: tx.nowMs,
    ...(track !== undefined && { track }),
  };
  addJob(tx, { kind: SCALE_JOB, lane, body });
}

/** An alarm has told a policy. */
export function trackSoon(
  tx: WriteTx,
  owner: Owner,
  told: {
    readonly target: Target;
    readonly policy: Policy;
    readonly direction: Direction;
    readonly value: number;
    readonly alarmName: string;
  },
): void {
  const { policy, direction, value, alarmName } = told;
  const { namespace, resourceId, dimension, min, max } = told.target;
  const target = { namespace, resourceId, dimension };
  const cause = `monitor alarm ${alarmName} in state ALARM triggered policy ${policy.name}`;
  const track = { policyName: policy.name, direction, value };
  scaleSoon(tx, owner, { target, min, max, cause }, track);
}

/** What came of it: nothing when the capacity was within the bounds. */
interface Scaled {
  readonly wanted: number;
  readonly failure?: string;
}

type ScalingOutcome = Outcome<ScalingJob, Scaled | undefined>;

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
): Promise<ScalingOutcome> {
  const { accountId, region, target, min, max, track } = body;
  const caller = { accountId, region };
  let wanted = track?.step?.wanted ?? min;
  try {
    const capacity = await readCapacity(ports.dispatcher, caller, target);
    const { current } = capacity;
    if (track !== undefined && track.step === undefined) {
      return await decide(ports, body, { track, current });
    }
    wanted = track?.step?.wanted ?? Math.min(Math.max(current, min), max);
    if (wanted === current) {
      // A step that is there already is that of an attempt that could not say so.
      return { kind: "delivered", detail: track && { wanted } };
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

/** What the policy wants, as the job's next attempt; done when that is nothing. */
async function decide(
  ports: AutoScalingPorts,
  body: ScalingJob,
  { track, current }: { readonly track: Track; readonly current: number },
): Promise<ScalingOutcome> {
  const nothing: ScalingOutcome = { kind: "delivered", detail: undefined };
  const { direction, value, policyName } = track;
  const { target, all } = await ports.store.read((tx) => ({
    target: targets.get(tx, targetKey(body, body.target)),
    all: ownedBy(tx, body, policies, body.target),
  }));
  const policy = all.find(({ name }) => name === policyName);
  if (target === undefined || policy === undefined) {
    return nothing;
  }
  const nowMs = ports.clock.nowMs();
  const step = nextStep({ policy, target, direction, value, current, nowMs });
  if (step === undefined || (direction === "in" && !(await allAgree(ports, body, all)))) {
    return nothing;
  }
  return { kind: "retry", atMs: nowMs, body: { ...body, track: { ...track, step } } };
}

/** Capacity goes down only when all policies that may take it down want it. */
async function allAgree(
  { dispatcher }: AutoScalingPorts,
  { accountId, region }: Owner,
  all: readonly Policy[],
): Promise<boolean> {
  const AlarmNames = all
    .filter(({ tracking }) => tracking.DisableScaleIn !== true)
    .flatMap(({ alarms = [] }) => alarms.filter(({ role }) => role === "AlarmLow"))
    .map(({ name }) => name);
  const { MetricAlarms = [] } = await dispatcher.call(
    { accountId, region },
    "cloudwatch",
    "DescribeAlarms",
    { AlarmNames },
  );
  return MetricAlarms.every(({ StateValue }) => StateValue === "ALARM");
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
  if (failure === undefined) {
    noteScaled(tx, job);
    refreshAlarms(tx, job, job.target);
  }
}

/** From now on it cools down. */
function noteScaled(tx: WriteTx, job: ScalingJob): void {
  const target = targets.get(tx, targetKey(job, job.target));
  const { direction, step } = job.track ?? {};
  if (target !== undefined && direction !== undefined && step !== undefined) {
    putTarget(tx, job, { ...target, scaled: { direction, atMs: tx.nowMs, from: step.from } });
  }
}
