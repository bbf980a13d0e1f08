/**
 * AWS cron: `minutes hours day-of-month month day-of-week year`.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 * and https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 *
 * Sunday is 1. Exactly one of day-of-month and day-of-week is `?`. A range may wrap: `FRI-MON`.
 */
import { parseDayOfMonth, parseDayOfWeek } from "./cron-days.ts";
import { FIELD, parseNumbers } from "./cron-field.ts";

export interface CronFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** 1 to 12. */
  readonly months: readonly number[];
  readonly years: readonly number[];
  /** The days of a month (1 to 12) of a year that the two day fields choose, in order. */
  readonly days: (year: number, month: number) => readonly number[];
}

/** `undefined` when the expression is not valid. */
export function parseCron(body: string): CronFields | undefined {
  const texts = body.trim().split(/\s+/);
  const [minuteText = "", hourText = "", dayText = "", monthText = "", weekdayText = ""] = texts;
  if (texts.length !== 6 || (dayText === "?") === (weekdayText === "?")) {
    return undefined;
  }
  const minutes = parseNumbers(minuteText, FIELD.minute);
  const hours = parseNumbers(hourText, FIELD.hour);
  const months = parseNumbers(monthText, FIELD.month);
  const years = parseNumbers(texts[5] ?? "", FIELD.year);
  const days = weekdayText === "?" ? parseDayOfMonth(dayText) : parseDayOfWeek(weekdayText);
  return minutes && hours && months && years && days && { minutes, hours, months, years, days };
}

/** A date and time of day as five numbers, most significant first. */
type Parts = readonly [year: number, month: number, day: number, hour: number, minute: number];

/**
 * The first minute after `afterMs` that the fields choose, both as ms of a clock without time
 * zones (UTC, or the wall clock of some place).
 */
export function nextWallMs(fields: CronFields, afterMs: number): number | undefined {
  const start = new Date((Math.floor(afterMs / 60_000) + 1) * 60_000);
  const from: Parts = [
    start.getUTCFullYear(),
    start.getUTCMonth() + 1,
    start.getUTCDate(),
    start.getUTCHours(),
    start.getUTCMinutes(),
  ];
  const found = firstFrom(fields, from, []);
  if (found === undefined) {
    return undefined;
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = found;
  return Date.UTC(year, month - 1, day, hour, minute);
}

/**
 * The least parts that extend `chosen` and are not before `from`; `undefined` when there are none.
 * As long as `chosen` equals the beginning of `from`, the next part is bounded by that of `from`.
 */
function firstFrom(
  fields: CronFields,
  from: Parts,
  chosen: readonly number[],
): readonly number[] | undefined {
  const level = chosen.length;
  if (level === from.length) {
    return chosen;
  }
  const bounded = chosen.every((part, at) => part === from[at]);
  const least = bounded ? (from[level] ?? 0) : Number.NEGATIVE_INFINITY;
  for (const choice of choicesAt(fields, chosen)) {
    if (choice >= least) {
      const found = firstFrom(fields, from, [...chosen, choice]);
      if (found !== undefined) {
        return found;
      }
    }
  }
  return undefined;
}

function choicesAt(fields: CronFields, chosen: readonly number[]): readonly number[] {
  switch (chosen.length) {
    case 0:
      return fields.years;
    case 1:
      return fields.months;
    case 2:
      return fields.days(chosen[0] ?? 0, chosen[1] ?? 0);
    case 3:
      return fields.hours;
    default:
      return fields.minutes;
  }
}
