import { describe, expect, test } from "vitest";
import { instantInZone, parseOneTime } from "./one-time.ts";

describe("parseOneTime", () => {
  test("reads a date and time without a zone", () => {
    expect(parseOneTime("at(2026-11-21T13:00:05)")).toBe(Date.UTC(2026, 10, 21, 13, 0, 5));
  });

  test.each([
    "at(2026-11-21)",
    "at(2026-11-21T13:00)",
    "at(2026-11-21T13:00:00Z)",
    "at(2026-13-21T13:00:00)",
    "at(2026-02-30T13:00:00)",
    "at(2026-11-21T25:00:00)",
    "at(2026-11-21 13:00:00)",
    "rate(5 minutes)",
    "",
  ])("refuses %s", (expression) => expect(parseOneTime(expression)).toBeUndefined());
});

describe("instantInZone", () => {
  const at = (expression: string, zone: string): string =>
    new Date(instantInZone(parseOneTime(expression) ?? Number.NaN, zone)).toISOString();

  test("follows the zone's clock", () => {
    expect(at("at(2026-07-01T09:30:00)", "Europe/Berlin")).toBe("2026-07-01T07:30:00.000Z");
    expect(at("at(2026-12-01T09:30:00)", "Europe/Berlin")).toBe("2026-12-01T08:30:00.000Z");
    expect(at("at(2026-12-01T09:30:00)", "UTC")).toBe("2026-12-01T09:30:00.000Z");
  });

  test("takes the first of an hour that comes twice", () => {
    expect(at("at(2026-11-01T01:30:00)", "America/New_York")).toBe("2026-11-01T05:30:00.000Z");
  });

  test("takes an hour that is skipped by the clock before the change", () => {
    expect(at("at(2026-03-08T02:30:00)", "America/New_York")).toBe("2026-03-08T07:30:00.000Z");
  });
});
