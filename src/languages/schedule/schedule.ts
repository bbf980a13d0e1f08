/**
 * Schedule expressions: `rate(5 minutes)` and `cron(0 10 ? * MON-FRI *)`.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
import { type CronFields, nextWallMs, parseCron } from "./cron.ts";
import { instantsOf, wallMsAt } from "./time-zone.ts";

export type Schedule =
  | { readonly kind: "rate"; readonly periodMs: number }
  | { readonly kind: "cron"; readonly fields: CronFields };

const MINUTE_MS = 60_000;
const UNIT_MS: Readonly<Record<string, number>> = {
  minute: MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 24 * 60 * MINUTE_MS,
};

/**
 * `undefined` when the expression is not valid. EventBridge's rules want the unit of a rate to agree
 * in number with its value; the Scheduler takes `rate(5 minute)` and `rate(1 minutes)`, too.
 */
export function parseSchedule(
  expression: string,
  units: "agreeing" | "any" = "agreeing",
): Schedule | undefined {
  const [, kind, body = ""] = expression.match(/^(rate|cron)\(([^()]*)\)$/) ?? [];
  if (kind === "rate") {
    return parseRate(body, units);
  }
  const fields = kind === "cron" ? parseCron(body) : undefined;
  return fields && { kind: "cron", fields };
}

/** A unit that agrees is singular for 1 and plural for all else. */
function parseRate(body: string, units: "agreeing" | "any"): Schedule | undefined {
  const [, digits = "", unit = "", plural = ""] =
    body.trim().match(/^([0-9]+) +(minute|hour|day)(s?)$/) ?? [];
  const value = Number(digits);
  const unitMs = UNIT_MS[unit];
  const agrees = units === "any" || (value === 1) === (plural === "");
  if (unitMs === undefined || value < 1 || !agrees) {
    return undefined;
  }
  const periodMs = value * unitMs;
  return Number.isSafeInteger(periodMs) ? { kind: "rate", periodMs } : undefined;
}

/**
 * The first time after `afterMs` that a schedule is due, in ms since the Unix epoch; `undefined`
 * when there is none. A rate counts from `startMs` and is first due one period later.
 */
export function nextAfter(
  schedule: Schedule,
  afterMs: number,
  startMs: number,
): number | undefined {
  return schedule.kind === "rate"
    ? nextOfRate(schedule.periodMs, afterMs, startMs)
    : nextWallMs(schedule.fields, afterMs);
}

/**
 * The last time up to `throughMs` that a schedule was due, given one earlier time it was due.
 * Source of the search: `nextAfter` only grows with its argument.
 */
export function latestThrough(
  schedule: Schedule,
  throughMs: number,
  known: { readonly dueMs: number; readonly startMs: number },
): number {
  let before = known.dueMs - 1;
  let behind = throughMs;
  while (behind - before > 1) {
    const middle = Math.floor((before + behind) / 2);
    const next = nextAfter(schedule, middle, known.startMs);
    if (next !== undefined && next <= throughMs) {
      before = middle;
    } else {
      behind = middle;
    }
  }
  return nextAfter(schedule, before, known.startMs) ?? known.dueMs;
}

/**
 * The same in a time zone (`Europe/Berlin`). What falls into the hour that is skipped when clocks
 * go forward is left out; what falls into the hour that comes twice is due the first time only.
 * Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function nextAfterInZone(
  schedule: Schedule,
  afterMs: number,
  zone: { readonly startMs: number; readonly timeZone: string },
): number | undefined {
  if (schedule.kind === "rate") {
    return nextOfRate(schedule.periodMs, afterMs, zone.startMs);
  }
  // What is due runs the first time the clock shows it, so it is always ahead of the clock.
  let wallMs = wallMsAt(afterMs, zone.timeZone);
  for (;;) {
    const next = nextWallMs(schedule.fields, wallMs);
    if (next === undefined) {
      return undefined;
    }
    const [instantMs] = instantsOf(next, zone.timeZone);
    if (instantMs !== undefined && instantMs > afterMs) {
      return instantMs;
    }
    wallMs = next;
  }
}

function nextOfRate(periodMs: number, afterMs: number, startMs: number): number {
  const periods = Math.floor((afterMs - startMs) / periodMs) + 1;
  return startMs + Math.max(1, periods) * periodMs;
}
