/**
 * How much capacity a target tracking policy wants. Pure.
 * Source: https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
 */
import type { Policy } from "./policy.ts";
import type { Target } from "./target.ts";

export type Direction = "out" | "in";

export interface TrackingQuestion {
  readonly policy: Policy;
  readonly target: Target;
  readonly direction: Direction;
  /** The highest of the data points that the alarm was evaluated with. */
  readonly value: number;
  readonly current: number;
  readonly nowMs: number;
}

const SECOND_MS = 1_000;
const MINUTE_S = 60;

export interface Step {
  /** What the capacity is counted from until the step has cooled down. */
  readonly from: number;
  readonly wanted: number;
}

/** `undefined`: the capacity stays. */
export function nextStep(question: TrackingQuestion): Step | undefined {
  const { target, current, direction } = question;
  if (direction === "in" && isCooling(question)) {
    return undefined;
  }
  const from = isCooling(question) ? (target.scaled?.from ?? current) : current;
  const wanted = Math.min(Math.max(neededCapacity(question, from), target.min), target.max);
  const isChange = direction === "out" ? wanted > current : wanted < current;
  return isChange ? { from, wanted } : undefined;
}

/**
 * The consumption of a table says what it needs. Of other metrics it is in proportion; while a
 * scale-out cools down, to the capacity before it, so that only a larger one follows.
 */
function neededCapacity({ policy, value }: TrackingQuestion, from: number): number {
  const { TargetValue, PredefinedMetricSpecification } = policy.tracking;
  return PredefinedMetricSpecification === undefined
    ? Math.ceil((from * value) / TargetValue)
    : Math.ceil((value * 100) / (MINUTE_S * TargetValue));
}

/** A scale-out ends the cool-down of what was scaled in before it. */
function isCooling({ policy, target, direction, nowMs }: TrackingQuestion): boolean {
  const { scaled } = target;
  const { ScaleInCooldown = 0, ScaleOutCooldown = 0 } = policy.tracking;
  const seconds = direction === "out" ? ScaleOutCooldown : ScaleInCooldown;
  return scaled?.direction === direction && nowMs < scaled.atMs + seconds * SECOND_MS;
}
