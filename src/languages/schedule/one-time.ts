/**
 * One-time schedules: `at(2026-11-21T13:00:00)`, by the wall clock of a time zone.
 * Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#one-time
 */
import { instantsOf, wallMsAt } from "./time-zone.ts";

const DAY_MS = 24 * 3_600_000;

/** What the wall clock shows then, as ms of a clock without zones; `undefined` when not valid. */
export function parseOneTime(expression: string): number | undefined {
  const [, text] = expression.match(/^at\(([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8})\)$/) ?? [];
  const wallMs = text === undefined ? Number.NaN : Date.parse(`${text}Z`);
  // `Date.parse` takes the 31st of short months for a day of the next.
  return Number.isNaN(wallMs) || new Date(wallMs).toISOString().slice(0, 19) !== text
    ? undefined
    : wallMs;
}

/**
 * The first instant at which the wall clock of a zone shows a time. A time that is skipped when
 * clocks go forward is taken by the clock that held before the change.
 */
export function instantInZone(wallMs: number, timeZone: string): number {
  const beforeMs = wallMs - DAY_MS;
  return instantsOf(wallMs, timeZone)[0] ?? wallMs - (wallMsAt(beforeMs, timeZone) - beforeMs);
}
