/** The two day fields of cron, with `L` (last), `W` (nearest weekday) and `#` (nth weekday). */
import { FIELD, parseNumbers, parseValue } from "./cron-field.ts";

/** The chosen days of a month (1 to 12) of a year, in order. */
export type Days = (year: number, month: number) => readonly number[];

const SUNDAY = 1;
const SATURDAY = 7;

/** `L`, `LW`, `15W`, numbers, ranges and steps, in lists. */
export function parseDayOfMonth(text: string): Days | undefined {
  return parseList(text, (item) => {
    if (item === "L") {
      return (year, month) => [lengthOf(year, month)];
    }
    if (item === "LW") {
      return (year, month) => [nearestWeekday(year, month, lengthOf(year, month))];
    }
    if (item.endsWith("W")) {
      const day = parseValue(item.slice(0, -1), FIELD.dayOfMonth);
      return day === undefined
        ? undefined
        : (year, month) => (day > lengthOf(year, month) ? [] : [nearestWeekday(year, month, day)]);
    }
    const days = parseNumbers(item, FIELD.dayOfMonth);
    return days && ((year, month) => days.filter((day) => day <= lengthOf(year, month)));
  });
}

/** `L` (Saturday), `6L` (last Friday), `3#2` (second Tuesday), numbers, names, ranges, in lists. */
export function parseDayOfWeek(text: string): Days | undefined {
  if (text.includes("#")) {
    return parseNthWeekday(text);
  }
  return parseList(text, (item) => {
    if (item.length > 1 && item.endsWith("L")) {
      const weekday = parseValue(item.slice(0, -1), FIELD.dayOfWeek);
      return weekday === undefined
        ? undefined
        : (year, month) => daysOfWeekday(year, month, weekday).slice(-1);
    }
    const weekdays = item === "L" ? [SATURDAY] : parseNumbers(item, FIELD.dayOfWeek);
    return (
      weekdays &&
      ((year, month) => weekdays.flatMap((weekday) => daysOfWeekday(year, month, weekday)))
    );
  });
}

/** Stands alone: a list with `#` is not valid. */
function parseNthWeekday(text: string): Days | undefined {
  const [weekdayText = "", nthText = "", ...rest] = text.split("#");
  const weekday = parseValue(weekdayText, FIELD.dayOfWeek);
  if (weekday === undefined || rest.length > 0 || !/^[1-5]$/.test(nthText)) {
    return undefined;
  }
  const index = Number(nthText) - 1;
  return (year, month) => daysOfWeekday(year, month, weekday).slice(index, index + 1);
}

function parseList(text: string, parse: (item: string) => Days | undefined): Days | undefined {
  const parts: Days[] = [];
  for (const item of text.toUpperCase().split(",")) {
    const days = parse(item);
    if (days === undefined) {
      return undefined;
    }
    parts.push(days);
  }
  return (year, month) => {
    const chosen = new Set(parts.flatMap((days) => days(year, month)));
    return [...chosen].sort((a, b) => a - b);
  };
}

function lengthOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Sunday is 1. */
function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

function daysOfWeekday(year: number, month: number, weekday: number): readonly number[] {
  const days: number[] = [];
  const length = lengthOf(year, month);
  for (let day = 1 + ((weekday - weekdayOf(year, month, 1) + 7) % 7); day <= length; day += 7) {
    days.push(day);
  }
  return days;
}

/** Monday to Friday, in the same month. */
function nearestWeekday(year: number, month: number, day: number): number {
  switch (weekdayOf(year, month, day)) {
    case SATURDAY:
      return day === 1 ? 3 : day - 1;
    case SUNDAY:
      return day === lengthOf(year, month) ? day - 2 : day + 1;
    default:
      return day;
  }
}
