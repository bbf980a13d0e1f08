import fc from "fast-check";
import { describe, expect, test } from "vitest";
import cases from "./cases/next.json" with { type: "json" };
import { latestThrough, nextAfter, nextAfterInZone, parseSchedule } from "./schedule.ts";
import { isTimeZone } from "./time-zone.ts";

const MINUTE_MS = 60_000;

function next(expression: string, afterMs: number, startMs = 0): number | undefined {
  const schedule = parseSchedule(expression);
  expect(schedule, expression).toBeDefined();
  return schedule && nextAfter(schedule, afterMs, startMs);
}

function textOf(timeMs: number | undefined): string | undefined {
  return timeMs === undefined ? undefined : new Date(timeMs).toISOString().replace(":00.000Z", "Z");
}

describe("nextAfter", () => {
  for (const { expression, after, due } of cases) {
    test(`${expression} after ${after}`, () => {
      let timeMs: number | undefined = Date.parse(after);
      for (const expected of due) {
        timeMs = timeMs === undefined ? undefined : next(expression, timeMs);
        expect(textOf(timeMs)).toBe(expected ?? undefined);
      }
    });
  }

  test("a rate counts from its start, whatever was missed", () => {
    const startMs = 1234;
    expect(next("rate(5 minutes)", startMs, startMs)).toBe(startMs + 5 * MINUTE_MS);
    expect(next("rate(5 minutes)", 0, startMs)).toBe(startMs + 5 * MINUTE_MS);
    expect(next("rate(1 hour)", startMs + 61 * MINUTE_MS, startMs)).toBe(startMs + 120 * MINUTE_MS);
    expect(next("rate(1 day)", startMs + 1440 * MINUTE_MS, startMs)).toBe(
      startMs + 2880 * MINUTE_MS,
    );
  });

  test("is undefined when nothing comes any more", () => {
    expect(next("cron(0 0 30 2 ? *)", 0)).toBeUndefined();
    expect(next("cron(0 0 1 1 ? 1999)", Date.UTC(2000, 0))).toBeUndefined();
  });
});

describe("parse", () => {
  const invalid = [
    "",
    "rate(5 minute)",
    "rate(1 minutes)",
    "rate(0 minutes)",
    "rate(5 seconds)",
    "rate(-1 days)",
    "rate(1.5 days)",
    "rate(5minutes)",
    "rate(5 minutes) ",
    "cron(0 10 * * * *)",
    "cron(0 10 ? * ? *)",
    "cron(0 10 * * ?)",
    "cron(60 10 * * ? *)",
    "cron(0 24 * * ? *)",
    "cron(0 0 0 * ? *)",
    "cron(0 0 32 * ? *)",
    "cron(0 0 * 13 ? *)",
    "cron(0 0 ? * 8 *)",
    "cron(0 0 ? * 0 *)",
    "cron(0 0 ? * 3#6 *)",
    "cron(0 0 ? * 3#1,6#3 *)",
    "cron(0 0 * * ? 1969)",
    "cron(0 0 * * ? 2200)",
    "cron(0 0 * * ? 2030-2020)",
    "cron(*/0 0 * * ? *)",
    "cron(a 0 * * ? *)",
    "cron(1- 0 * * ? *)",
    "cron(1-2-3 0 * * ? *)",
    "cron(L 0 * * ? *)",
    "cron(0 0 MON * ? *)",
    "at(2022-11-20T13:00:00)",
  ];
  for (const expression of invalid) {
    test(`refuses ${expression}`, () => expect(parseSchedule(expression)).toBeUndefined());
  }
});

test("the Scheduler takes units that do not agree with their value", () => {
  expect(parseSchedule("rate(5 minute)", "any")).toEqual(parseSchedule("rate(5 minutes)"));
  expect(parseSchedule("rate(1 days)", "any")).toEqual(parseSchedule("rate(1 day)"));
  expect(parseSchedule("rate(0 days)", "any")).toBeUndefined();
});

describe("nextAfterInZone", () => {
  const dueIn = (expression: string, timeZone: string, after: string, count: number): unknown => {
    const schedule = parseSchedule(expression);
    const due: (string | undefined)[] = [];
    let timeMs: number | undefined = Date.parse(after);
    while (schedule && timeMs !== undefined && due.length < count) {
      timeMs = nextAfterInZone(schedule, timeMs, { startMs: 0, timeZone });
      due.push(textOf(timeMs));
    }
    return due;
  };

  test("follows the wall clock over both changes", () => {
    expect(dueIn("cron(30 9 * * ? *)", "America/New_York", "2026-03-07T00:00Z", 3)).toEqual([
      "2026-03-07T14:30Z",
      "2026-03-08T13:30Z",
      "2026-03-09T13:30Z",
    ]);
    expect(dueIn("cron(30 9 * * ? *)", "Asia/Kolkata", "2026-03-07T00:00Z", 1)).toEqual([
      "2026-03-07T04:00Z",
    ]);
  });

  test("leaves out what the skipped hour would have had", () => {
    expect(dueIn("cron(30 2 * * ? *)", "America/New_York", "2026-03-07T12:00Z", 2)).toEqual([
      "2026-03-09T06:30Z",
      "2026-03-10T06:30Z",
    ]);
  });

  test("runs once in the hour that comes twice", () => {
    expect(dueIn("cron(30 1 * * ? *)", "America/New_York", "2026-10-31T12:00Z", 2)).toEqual([
      "2026-11-01T05:30Z",
      "2026-11-02T06:30Z",
    ]);
  });

  test("knows the names of zones", () => {
    expect([isTimeZone("Europe/Berlin"), isTimeZone("Mars/Olympus")]).toEqual([true, false]);
  });
});

/** Decides for one minute, straight from the text. */
function isDue(expression: string, timeMs: number): boolean {
  const [minute = "", hour = "", day = "", month = "", weekday = "", year = ""] = expression
    .slice(5, -1)
    .split(" ");
  const date = new Date(timeMs);
  return (
    has(minute, date.getUTCMinutes(), 59) &&
    has(hour, date.getUTCHours(), 23) &&
    has(month, date.getUTCMonth() + 1, 12) &&
    has(year, date.getUTCFullYear(), 2199) &&
    (day === "?" || day.split(",").some((item) => hasDay(item, date))) &&
    (weekday === "?" || weekday.split(",").some((item) => hasWeekday(item, date)))
  );
}

function has(text: string, value: number, last: number): boolean {
  return text.split(",").some((item) => {
    const [range = "", step] = item.split("/");
    const [from = "", through = step === undefined ? from : String(last)] =
      range === "*" ? ["0", String(last)] : range.split("-");
    const start = range === "*" && last !== 59 && last !== 23 ? (last === 2199 ? 1970 : 1) : +from;
    return value >= start && value <= +through && (value - start) % Number(step ?? 1) === 0;
  });
}

function hasDay(item: string, date: Date): boolean {
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const day = date.getUTCDate();
  if (!item.endsWith("W")) {
    return item === "L" ? day === last : has(item, day, 31);
  }
  const wanted = item === "LW" ? last : Number(item.slice(0, -1));
  const weekdays = Array.from({ length: last }, (_, index) => index + 1).filter((candidate) => {
    const at = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), candidate)).getUTCDay();
    return at !== 0 && at !== 6;
  });
  const distance = Math.min(...weekdays.map((candidate) => Math.abs(candidate - wanted)));
  return wanted <= last && weekdays.includes(day) && Math.abs(day - wanted) === distance;
}

function hasWeekday(item: string, date: Date): boolean {
  const weekday = date.getUTCDay() + 1;
  const day = date.getUTCDate();
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  if (item.includes("#")) {
    return item === `${weekday}#${Math.ceil(day / 7)}`;
  }
  if (item.endsWith("L")) {
    return item === "L" ? weekday === 7 : item === `${weekday}L` && day + 7 > last;
  }
  return has(item, weekday, 7);
}

const itemIn = (first: number, last: number): fc.Arbitrary<string> => {
  const value = fc.integer({ min: first, max: last });
  return fc.oneof(
    fc.constant("*"),
    value.map(String),
    fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    fc.tuple(value, fc.integer({ min: 1, max: 20 })).map(([a, step]) => `${a}/${step}`),
    fc.integer({ min: 1, max: 30 }).map((step) => `*/${step}`),
  );
};
const fieldIn = (first: number, last: number): fc.Arbitrary<string> =>
  fc.array(itemIn(first, last), { minLength: 1, maxLength: 2 }).map((items) => items.join(","));
const dayOfMonth = fc.oneof(
  fieldIn(1, 31),
  fc.constantFrom("L", "LW", "1W", "15W", "31W", "30W", "1,L", "*"),
);
const dayOfWeek = fc.oneof(fieldIn(1, 7), fc.constantFrom("L", "6L", "3#2", "1#5", "7#1", "2,5L"));
const days = fc.oneof(
  dayOfMonth.map((day) => [day, "?"] as const),
  dayOfWeek.map((weekday) => ["?", weekday] as const),
);

test("nextAfter: is the least time behind that a minute-by-minute search finds", () => {
  const year = fc.constantFrom("*", "2024", "2025-2027", "2024/2");
  const expressions = fc
    .tuple(fieldIn(0, 59), fieldIn(0, 23), days, fc.oneof(fc.constant("*"), fieldIn(1, 12)), year)
    .map(
      ([minute, hour, [day, weekday], month, years]) =>
        `cron(${minute} ${hour} ${day} ${month} ${weekday} ${years})`,
    );
  const WINDOW_MINUTES = 8 * 1440;
  let found = 0;
  fc.assert(
    fc.property(
      expressions,
      fc.integer({ min: Date.UTC(2023, 11, 25), max: Date.UTC(2026, 2, 5) }),
      (expression, afterMs) => {
        let expected: number | undefined;
        let timeMs = (Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS;
        const endMs = timeMs + WINDOW_MINUTES * MINUTE_MS;
        for (; timeMs < endMs && expected === undefined; timeMs += MINUTE_MS) {
          expected = isDue(expression, timeMs) ? timeMs : undefined;
        }
        const actual = next(expression, afterMs);
        if (expected === undefined) {
          expect(actual ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(endMs);
        } else {
          found += 1;
          expect(textOf(actual)).toBe(textOf(expected));
        }
      },
    ),
    { numRuns: 300, seed: 1 },
  );
  expect(found).toBeGreaterThan(60);
});

describe("latestThrough", () => {
  const latest = (expression: string, dueMs: number, throughMs: number, startMs = 0): number => {
    const schedule = parseSchedule(expression);
    expect(schedule).toBeDefined();
    return schedule === undefined ? 0 : latestThrough(schedule, throughMs, { dueMs, startMs });
  };

  test("finds the last due time, be it the known one, a middle one or now itself", () => {
    const day = (date: number, hour: number): number => Date.UTC(2026, 0, date, hour);
    expect(latest("cron(0 10 * * ? *)", day(1, 10), day(1, 11))).toBe(day(1, 10));
    expect(latest("cron(0 10 * * ? *)", day(1, 10), day(9, 9))).toBe(day(8, 10));
    expect(latest("cron(0 10 * * ? *)", day(1, 10), day(9, 10))).toBe(day(9, 10));
    expect(latest("rate(5 minutes)", 300_007, 1_000_000, 7)).toBe(900_007);
  });
});
