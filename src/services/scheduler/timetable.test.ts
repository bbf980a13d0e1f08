import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latestDue, type Timing, timetableOf } from "./timetable.ts";

const HOUR_MS = 3_600_000;
/** A day before the clocks of Berlin go forward. */
const BEGIN_MS = Date.UTC(2026, 2, 28);

const timing = fc.record({
  expression: fc.constantFrom(
    "rate(7 minutes)",
    "rate(1 hour)",
    "cron(0/20 * * * ? *)",
    "cron(30 1,2,3 * * ? *)",
    "at(2026-03-29T02:30:00)",
  ),
  timeZone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York"),
  anchorMs: fc.integer({ min: BEGIN_MS, max: BEGIN_MS + 6 * HOUR_MS }),
  startMs: fc.option(fc.integer({ min: BEGIN_MS, max: BEGIN_MS + 12 * HOUR_MS }), {
    nil: undefined,
  }),
  endMs: fc.option(fc.integer({ min: BEGIN_MS, max: BEGIN_MS + 40 * HOUR_MS }), {
    nil: undefined,
  }),
});

function all(given: Timing, throughMs: number): readonly number[] {
  const timetable = timetableOf(given);
  const due: number[] = [];
  let dueMs = timetable?.from(BEGIN_MS);
  while (dueMs !== undefined && dueMs <= throughMs) {
    due.push(dueMs);
    dueMs = timetable?.from(dueMs + 1);
  }
  return due;
}

describe("timetables", () => {
  test("due times only grow, within start and end", () => {
    fc.assert(
      fc.property(timing, (given) => {
        const due = all(given, BEGIN_MS + 48 * HOUR_MS);
        expect(due).toEqual([...new Set(due)].sort((a, b) => a - b));
        if (!given.expression.startsWith("at(")) {
          for (const dueMs of due) {
            expect(dueMs).toBeGreaterThanOrEqual(given.startMs ?? dueMs);
            expect(dueMs).toBeLessThanOrEqual(given.endMs ?? dueMs);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test("the latest due time is the last that going on one by one finds", () => {
    fc.assert(
      fc.property(timing, fc.integer({ min: 0, max: 48 }), (given, hours) => {
        const timetable = timetableOf(given);
        const throughMs = BEGIN_MS + hours * HOUR_MS;
        const due = all(given, throughMs);
        const [first] = due;
        if (timetable !== undefined && first !== undefined) {
          expect(latestDue(timetable, first, throughMs)).toBe(due.at(-1));
        }
      }),
      { numRuns: 60 },
    );
  });
});
