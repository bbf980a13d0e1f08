/**
 * When a secret is rotated. Windows open on the hour and close within the UTC day.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
import { nextAfter, parseSchedule, type Schedule } from "../../languages/schedule/schedule.ts";
import { bothSchedules, invalidParameter } from "./errors.ts";
import { ROTATION_DAYS_MAX, ROTATION_HOURS_MIN } from "./limits.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** As given: one of the first two at most. */
export interface RotationRules {
  readonly AutomaticallyAfterDays?: number | undefined;
  readonly ScheduleExpression?: string | undefined;
  /** `3h` */
  readonly Duration?: string | undefined;
}

export interface RotationWindow {
  readonly opensMs: number;
  readonly closesMs: number;
}

/** Throws for rules that are none. */
export function checkRules(rules: RotationRules): void {
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression } = rules;
  if (days !== undefined && expression !== undefined) {
    throw bothSchedules();
  }
  const schedule = scheduleOf(rules);
  if (expression !== undefined && (schedule === undefined || !isFitting(schedule, expression))) {
    throw invalidParameter(`The schedule expression ${expression} is not valid.`);
  }
  const hours = hoursOf(rules);
  if (hours === undefined) {
    return;
  }
  if (schedule === undefined || hours < 1 || hours > longestHours(schedule)) {
    throw invalidParameter(
      "The rotation window must not extend into the next UTC day or into the next rotation window.",
    );
  }
}

/**
 * The first window that opens after `afterMs`. Rates count from the midnight before `anchorMs`.
 * `undefined` when nothing is scheduled.
 */
export function nextWindow(
  rules: RotationRules,
  afterMs: number,
  anchorMs: number,
): RotationWindow | undefined {
  const schedule = scheduleOf(rules);
  const opensMs = schedule && nextAfter(schedule, afterMs, midnightOf(anchorMs));
  if (schedule === undefined || opensMs === undefined) {
    return undefined;
  }
  const hours = hoursOf(rules) ?? (isHourly(schedule) ? 1 : undefined);
  const dayEndMs = midnightOf(opensMs) + DAY_MS;
  return { opensMs, closesMs: hours === undefined ? dayEndMs : opensMs + hours * HOUR_MS };
}

/** The days between two windows, as a secret with a schedule expression shows them. */
export function daysBetween(rules: RotationRules, afterMs: number): number | undefined {
  const first = nextWindow(rules, afterMs, afterMs);
  const second = first && nextWindow(rules, first.opensMs, afterMs);
  return first && second && Math.max(1, Math.round((second.opensMs - first.opensMs) / DAY_MS));
}

function scheduleOf(rules: RotationRules): Schedule | undefined {
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression } = rules;
  if (expression !== undefined) {
    return parseSchedule(expression);
  }
  return days === undefined ? undefined : { kind: "rate", periodMs: days * DAY_MS };
}

function hoursOf({ Duration }: RotationRules): number | undefined {
  return Duration === undefined ? undefined : Number.parseInt(Duration, 10);
}

/** On the hour, every year, and not too often. */
function isFitting(schedule: Schedule, expression: string): boolean {
  if (schedule.kind === "rate") {
    const { periodMs } = schedule;
    return (
      periodMs % HOUR_MS === 0 &&
      periodMs >= ROTATION_HOURS_MIN * HOUR_MS &&
      periodMs <= ROTATION_DAYS_MAX * DAY_MS
    );
  }
  const fields = expression.slice("cron(".length, -1).trim().split(/\s+/);
  return fields[0] === "0" && fields[5] === "*" && hourlyGap(schedule) >= ROTATION_HOURS_MIN;
}

/** Whether a window closes after an hour unless told otherwise, not at the end of the day. */
function isHourly(schedule: Schedule): boolean {
  return schedule.kind === "rate"
    ? schedule.periodMs % DAY_MS !== 0
    : schedule.fields.hours.length > 1;
}

/** How long a window may be, so that it reaches neither the next one nor the next day. */
function longestHours(schedule: Schedule): number {
  if (schedule.kind === "rate") {
    return Math.min(24, schedule.periodMs / HOUR_MS);
  }
  return Math.min(24 - (schedule.fields.hours.at(-1) ?? 0), hourlyGap(schedule));
}

/** The least distance between two hours of a day that a cron expression names. */
function hourlyGap(schedule: Extract<Schedule, { kind: "cron" }>): number {
  const { hours } = schedule.fields;
  return Math.min(24, ...hours.slice(1).map((hour, at) => hour - (hours[at] ?? 0)));
}

function midnightOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS) * DAY_MS;
}
