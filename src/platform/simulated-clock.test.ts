import { expect, test } from "vitest";
import { createSimulatedClock } from "./simulated-clock.ts";

test("advance: wakes sleepers in the order of their due times, each at its time", async () => {
  const clock = createSimulatedClock({ startMs: 1_000 });
  const woken: [string, number][] = [];
  const sleeper = async (name: string, dueMs: number): Promise<void> => {
    await clock.sleepUntil(dueMs);
    woken.push([name, clock.nowMs()]);
  };
  const sleepers = [sleeper("late", 1_500), sleeper("early", 1_200), sleeper("never", 9_000)];
  await clock.advance(600);
  expect(woken).toEqual([
    ["early", 1_200],
    ["late", 1_500],
  ]);
  expect(clock.nowMs()).toBe(1_600);
  expect(clock.nextDueMs()).toBe(9_000);
  await clock.advance(10_000);
  await Promise.all(sleepers);
});

test("advance: follows one who sleeps again and again", async () => {
  const clock = createSimulatedClock({ startMs: 0 });
  const woken: number[] = [];
  const ticker = (async () => {
    for (let dueMs = 10; dueMs <= 50; dueMs += 10) {
      await clock.sleepUntil(dueMs);
      woken.push(clock.nowMs());
    }
  })();
  await clock.advance(50);
  await ticker;
  expect(woken).toEqual([10, 20, 30, 40, 50]);
});

test("sleepUntil: an aborted sleep resolves and is forgotten", async () => {
  const clock = createSimulatedClock({ startMs: 0 });
  const abort = new AbortController();
  const sleep = clock.sleepUntil(10, abort.signal);
  abort.abort();
  await sleep;
  expect(clock.nextDueMs()).toBeUndefined();
});
