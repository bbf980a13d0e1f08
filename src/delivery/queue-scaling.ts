/**
 * How many batches of a queue may be with the consumer at once: a few at first, one more every so
 * often while all of them are busy, fewer again when they are not, or when the consumer fails.
 *
 * | mode        | at first          | more a minute | at most            |
 * |-------------|-------------------|---------------|--------------------|
 * | standard    | 5                 | 300           | 1,250              |
 * | provisioned | 10 for each poller | 1,000         | 10 for each poller |
 *
 * Who set a lower limit, and what the machine can run, goes before all of these.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
import type { PollerCounts } from "../outbox/event-source.ts";

export interface ScalingRules {
  /** Batches at once to begin with, and again when there is little to do. */
  readonly first: number;
  readonly max: number;
  /** Until one more batch may run. */
  readonly stepMs: number;
}

const FIRST = 5;
const MAX = 1_250;
const STEP_MS: number = 60_000 / 300;
const PROVISIONED_STEP_MS: number = 60_000 / 1_000;
/** Batches that one provisioned poller has under way at once. */
const BATCHES_PER_POLLER = 10;
/** However often the consumer fails. */
const FIRST_MIN = 2;
/** No growth so long after the consumer failed or was throttled. */
const BACK_OFF_MS = 5_000;

export function scalingRules(limits: {
  /** `undefined` when nobody set a limit. */
  readonly concurrencyMax: number | undefined;
  readonly pollers: PollerCounts | undefined;
  /** What the machine can run; `undefined` when that is not known. */
  readonly machineMax: number | undefined;
}): ScalingRules {
  const { concurrencyMax = Infinity, machineMax = Infinity, pollers } = limits;
  const first = pollers === undefined ? FIRST : BATCHES_PER_POLLER * pollers.min;
  const wanted = pollers === undefined ? MAX : BATCHES_PER_POLLER * pollers.max;
  const max = Math.max(1, Math.min(wanted, concurrencyMax, machineMax));
  return {
    first: Math.min(first, max),
    max,
    stepMs: pollers === undefined ? STEP_MS : PROVISIONED_STEP_MS,
  };
}

export class QueueScaling {
  readonly rules: ScalingRules;
  #limit: number;
  #restUntilMs = 0;

  constructor(rules: ScalingRules) {
    this.rules = rules;
    this.#limit = rules.first;
  }

  get limit(): number {
    return this.#limit;
  }

  get canGrow(): boolean {
    return this.#limit < this.rules.max;
  }

  /** When one more batch may run, if all are busy at this time. */
  nextMs(nowMs: number): number {
    return Math.max(nowMs + this.rules.stepMs, this.#restUntilMs);
  }

  grow(): void {
    this.#limit = Math.min(this.#limit + 1, this.rules.max);
  }

  /** So many are used: more than that, and than the first, was for a load that is over. */
  shrinkTo(usedCount: number): void {
    this.#limit = Math.min(this.#limit, Math.max(this.rules.first, usedCount));
  }

  /** The consumer failed or was throttled. */
  backOff(usedCount: number, nowMs: number): void {
    const floor = Math.min(FIRST_MIN, this.rules.first);
    this.#restUntilMs = nowMs + BACK_OFF_MS;
    this.#limit = Math.max(floor, Math.min(this.#limit, usedCount) - 1);
  }
}
