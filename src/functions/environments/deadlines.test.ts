import { describe, expect, test } from "vitest";
import { createSimulatedClock } from "../../platform/simulated-clock.ts";
import { createDeadlines } from "./deadlines.ts";

describe("deadlines", () => {
  test("set: each comes due in its order, a shorter one set later too", async () => {
    const clock = createSimulatedClock();
    const deadlines = createDeadlines(clock);
    const expired: string[] = [];
    deadlines.set(300, () => expired.push("300"));
    deadlines.set(100, () => expired.push("100"));
    deadlines.set(200, () => expired.push("200"));
    await clock.advance(150);
    expect(expired).toEqual(["100"]);
    await clock.advance(150);
    expect(expired).toEqual(["100", "200", "300"]);
    deadlines.set(50, () => expired.push("350"));
    await clock.advance(50);
    expect(expired.at(-1)).toBe("350");
  });

  test("drop: what is dropped never comes due, and nothing sleeps on afterwards", async () => {
    const clock = createSimulatedClock();
    const deadlines = createDeadlines(clock);
    const expired: string[] = [];
    const dropped = deadlines.set(100, () => expired.push("dropped"));
    deadlines.drop(dropped);
    await clock.advance(1000);
    expect(expired).toEqual([]);
    expect(clock.nextDueMs()).toBeUndefined();
  });

  test("expire: one may set or drop another", async () => {
    const clock = createSimulatedClock();
    const deadlines = createDeadlines(clock);
    const expired: string[] = [];
    const other = deadlines.set(150, () => expired.push("other"));
    deadlines.set(100, () => {
      deadlines.drop(other);
      deadlines.set(10, () => expired.push("next"));
    });
    await clock.advance(1000);
    expect(expired).toEqual(["next"]);
  });

  test("close: nothing comes due any more", async () => {
    const clock = createSimulatedClock();
    const deadlines = createDeadlines(clock);
    const expired: string[] = [];
    deadlines.set(100, () => expired.push("late"));
    deadlines.close();
    await clock.advance(1000);
    expect(expired).toEqual([]);
    expect(clock.nextDueMs()).toBeUndefined();
  });
});
