import { expect, test } from "vitest";
import { createSystemClock } from "./clock.ts";

test("sleepUntil: returns no earlier than its due time", async () => {
  const clock = createSystemClock();
  const dueMs = clock.nowMs() + 15;
  await clock.sleepUntil(dueMs);
  expect(clock.nowMs()).toBeGreaterThanOrEqual(dueMs);
});

test("sleepUntil: resolves at once for the past, and when it is aborted", async () => {
  const clock = createSystemClock();
  await clock.sleepUntil(clock.nowMs() - 1);
  const abort = new AbortController();
  const sleep = clock.sleepUntil(clock.nowMs() + 3_600_000, abort.signal);
  abort.abort();
  await sleep;
  await clock.sleepUntil(clock.nowMs() + 3_600_000, abort.signal);
});

test("nowMs: is whole and never goes backwards", () => {
  const clock = createSystemClock();
  const readings = Array.from({ length: 1_000 }, () => clock.nowMs());
  expect([...readings].sort((a, b) => a - b)).toEqual(readings);
  expect(readings.every(Number.isInteger)).toBe(true);
});
