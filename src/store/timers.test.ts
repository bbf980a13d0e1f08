import { expect, onTestFinished, test } from "vitest";
import { createMemoryLog, type LogRecord } from "../platform/log.ts";
import type { SimulatedClock } from "../platform/simulated-clock.ts";
import { createTestStore } from "../testing/test-store.ts";
import { encodeRecord } from "./record.ts";
import type { Store, Timer } from "./store.ts";
import { TIMER_PREFIX } from "./timer-row.ts";
import { createTimerLoop, type RunTimer, type TimerLoop } from "./timers.ts";

interface Setup {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly records: readonly LogRecord[];
  loop(handlers: Readonly<Record<string, RunTimer>>): TimerLoop;
}

function setup(): Setup {
  const { store, clock } = createTestStore();
  const log = createMemoryLog();
  return {
    store,
    clock,
    records: log.records,
    loop(handlers) {
      const loop = createTimerLoop({ store, clock, log, handlers });
      loop.start();
      onTestFinished(() => loop.stop());
      return loop;
    },
  };
}

/** Notes what ran as rows, since bodies may run more than once. */
const note: RunTimer = (tx, timer) => {
  tx.set(["log", tx.nowMs, timer.dueMs, timer.kind, ...timer.key], encodeRecord(timer.payload));
};

async function ran(store: Store): Promise<readonly unknown[]> {
  return store.read((tx) => [...tx.range({ prefix: ["log"] })].map(({ key }) => key.slice(1)));
}

async function armed(store: Store): Promise<number> {
  return store.read((tx) => [...tx.range({ prefix: TIMER_PREFIX })].length);
}

function arm(store: Store, ...timers: readonly Timer[]): Promise<void> {
  return store.write((tx) => {
    for (const timer of timers) {
      tx.after(timer);
    }
  });
}

test("timers: run when they are due, in order, and are gone", async () => {
  const { store, clock, loop } = setup();
  const startMs = clock.nowMs();
  loop({ "test.a": note, "test.b": note });
  await arm(
    store,
    { dueMs: startMs + 300, kind: "test.a", key: ["third"] },
    { dueMs: startMs + 100, kind: "test.b", key: ["first"] },
    { dueMs: startMs + 200, kind: "test.a", key: ["second"], payload: { of: "value" } },
    { dueMs: startMs - 5, kind: "test.a", key: ["overdue"] },
  );
  await clock.advance(250);
  expect(await ran(store)).toEqual([
    [startMs, startMs - 5, "test.a", "overdue"],
    [startMs + 100, startMs + 100, "test.b", "first"],
    [startMs + 200, startMs + 200, "test.a", "second"],
  ]);
  await clock.advance(50);
  expect((await ran(store)).length).toBe(4);
  expect(await armed(store)).toBe(0);
});

test("timers: a handler gets the payload, and may arm the next", async () => {
  const { store, clock, loop } = setup();
  const startMs = clock.nowMs();
  const payloads: unknown[] = [];
  loop({
    "test.tick": (tx, timer) => {
      const { left } = timer.payload as { left: number };
      tx.set(["tick", timer.dueMs], encodeRecord(left));
      if (left > 0) {
        tx.after({ ...timer, dueMs: timer.dueMs + 60_000, payload: { left: left - 1 } });
      }
    },
  });
  await arm(store, { dueMs: startMs, kind: "test.tick", key: [], payload: { left: 3 } });
  await clock.advance(3_600_000);
  await store.read((tx) => {
    payloads.push(...[...tx.range({ prefix: ["tick"] })].map(({ key }) => key[1]));
  });
  expect(payloads).toEqual([0, 1, 2, 3].map((count) => startMs + count * 60_000));
});

test("timers: many due at once all run, more than share a transaction", async () => {
  const { store, clock, loop } = setup();
  const dueMs = clock.nowMs() + 10;
  const timers = Array.from({ length: 150 }, (_, at) => ({ dueMs, kind: "test.a", key: [at] }));
  await arm(store, ...timers);
  loop({ "test.a": note });
  await clock.advance(10);
  expect((await ran(store)).length).toBe(150);
});

test("timers: one that an earlier handler cancels does not run", async () => {
  const { store, clock, loop } = setup();
  const dueMs = clock.nowMs() + 10;
  loop({
    "test.a": (tx, timer) => {
      note(tx, timer);
      tx.cancel({ dueMs, kind: "test.b", key: [] });
    },
    "test.b": note,
  });
  await arm(store, { dueMs, kind: "test.a", key: [] }, { dueMs, kind: "test.b", key: [] });
  await clock.advance(10);
  expect(await ran(store)).toEqual([[dueMs, dueMs, "test.a"]]);
});

test("timers: a handler that throws delays no other, and is tried again ever later", async () => {
  const { store, clock, records, loop } = setup();
  const dueMs = clock.nowMs() + 10;
  let broken = true;
  loop({
    "test.a": note,
    "test.broken": (tx, timer) => {
      note(tx, timer);
      tx.signal("half done");
      if (broken) {
        throw new Error("broken handler");
      }
    },
    "test.z": note,
  });
  await arm(
    store,
    { dueMs, kind: "test.a", key: [] },
    { dueMs, kind: "test.broken", key: ["k", 1], payload: "kept" },
    { dueMs, kind: "test.z", key: [] },
  );
  await clock.advance(10);
  expect(await ran(store)).toEqual([
    [dueMs, dueMs, "test.a"],
    [dueMs, dueMs, "test.z"],
  ]);
  expect(records).toMatchObject([
    { level: "error", fields: { key: ["k", 1], failures: 1, delayMs: 1_000 } },
  ]);
  await clock.advance(3_000);
  expect(records.map(({ fields }) => fields?.["delayMs"])).toEqual([1_000, 2_000, 4_000]);
  await clock.advance(3_600_000);
  expect(records.at(-1)?.fields).toMatchObject({ delayMs: 300_000 });
  broken = false;
  await clock.advance(300_000);
  expect((await ran(store)).at(-1)).toMatchObject({ 1: dueMs, 2: "test.broken", 3: "k", 4: 1 });
  expect(await armed(store)).toBe(0);
});

test("timers: of an unknown kind are kept, and run once somebody handles them", async () => {
  const { store, clock, records, loop } = setup();
  const dueMs = clock.nowMs() + 10;
  const first = loop({ "test.a": note });
  await arm(
    store,
    { dueMs, kind: "test.unknown", key: [1], payload: "p" },
    { dueMs, kind: "test.unknown", key: [2] },
    { dueMs: dueMs + 1, kind: "test.a", key: [] },
  );
  await clock.advance(100);
  expect((await ran(store)).length).toBe(1);
  expect(records.map(({ message }) => message)).toEqual([
    "Nothing handles timers of the kind test.unknown.",
  ]);
  await first.stop();
  loop({ "test.unknown": note });
  await clock.advance(0);
  const value = await store.read((tx) => tx.get(["log", clock.nowMs(), dueMs, "test.unknown", 1]));
  expect(value).toEqual(encodeRecord("p"));
  expect((await ran(store)).length).toBe(3);
});

test("timers: a stopped loop runs nothing more; the next one catches up", async () => {
  const { store, clock, loop } = setup();
  const dueMs = clock.nowMs() + 10;
  await loop({ "test.a": note }).stop();
  await arm(store, { dueMs, kind: "test.a", key: [] });
  await clock.advance(50);
  expect(await ran(store)).toEqual([]);
  loop({ "test.a": note });
  await clock.advance(0);
  expect(await ran(store)).toEqual([[dueMs + 40, dueMs, "test.a"]]);
});

test("timers: the loop ends, with a word in the log, when the store takes no more", async () => {
  const { store, clock, records, loop } = setup();
  const running = loop({ "test.a": note });
  await clock.advance(0);
  await store.close();
  await running.stop();
  const second = loop({ "test.a": note });
  await second.stop();
  expect(records.map(({ message }) => message)).toEqual([
    "The timer loop ended: the store takes no more writes.",
  ]);
});
