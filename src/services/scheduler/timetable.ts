/** When a schedule is due: its expression, zone, start and end, as one thing. */
import { instantInZone, parseOneTime } from "../../languages/schedule/one-time.ts";
import {
  nextAfter,
  nextAfterInZone,
  parseSchedule,
  type Schedule as Recurrence,
} from "../../languages/schedule/schedule.ts";
import type { Schedule } from "./schedule.ts";

export interface Timetable {
  /** The first due time not before `fromMs`, in ms since the Unix epoch. */
  from(fromMs: number): number | undefined;
}

export type Timing = Pick<Schedule, "expression" | "timeZone" | "anchorMs" | "endMs" | "startMs">;

/** `undefined` when the expression is not valid. */
export function timetableOf(timing: Timing): Timetable | undefined {
  const wallMs = parseOneTime(timing.expression);
  if (wallMs !== undefined) {
    const dueMs = instantInZone(wallMs, timing.timeZone);
    return { from: (fromMs) => (dueMs >= fromMs ? dueMs : undefined) };
  }
  const recurrence = parseSchedule(timing.expression, "any");
  return recurrence && recurring(recurrence, timing);
}

function recurring(recurrence: Recurrence, timing: Timing): Timetable {
  const { startMs = Number.NEGATIVE_INFINITY, endMs = Number.POSITIVE_INFINITY } = timing;
  return {
    from(fromMs) {
      const dueMs = nextFrom(recurrence, Math.max(fromMs, startMs), timing);
      return dueMs !== undefined && dueMs <= endMs ? dueMs : undefined;
    },
  };
}

/** A rate is due at its anchor for the first time; time zones mean nothing to it. */
function nextFrom(recurrence: Recurrence, fromMs: number, timing: Timing): number | undefined {
  const { anchorMs, timeZone } = timing;
  if (recurrence.kind === "rate" && fromMs <= anchorMs) {
    return anchorMs;
  }
  return timeZone === "UTC"
    ? nextAfter(recurrence, fromMs - 1, anchorMs)
    : nextAfterInZone(recurrence, fromMs - 1, { startMs: anchorMs, timeZone });
}

/** The last due time from `knownMs`, which is one, through `throughMs`. */
export function latestDue(timetable: Timetable, knownMs: number, throughMs: number): number {
  let latestMs = knownMs;
  let behindMs = throughMs + 1;
  while (behindMs - latestMs > 1) {
    const middleMs = latestMs + Math.ceil((behindMs - latestMs) / 2);
    const dueMs = timetable.from(middleMs);
    if (dueMs !== undefined && dueMs <= throughMs) {
      latestMs = dueMs;
    } else {
      behindMs = middleMs;
    }
  }
  return latestMs;
}
