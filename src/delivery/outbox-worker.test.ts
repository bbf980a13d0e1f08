import { expect, test } from "vitest";
import { addJob, type JobKind, OUTBOX, type Outcome } from "../outbox/job.ts";
import { createMemoryLog } from "../platform/log.ts";
import { createTestStore } from "../testing/test-store.ts";
import { createOutboxWorker } from "./outbox-worker.ts";

type Attempt = (body: string) => Outcome<string, string> | Promise<Outcome<string, string>>;

function createBench(attempt: Attempt, laneConcurrencyMax = 2) {
  const { store, clock } = createTestStore();
  const log = createMemoryLog();
  const startMs = clock.nowMs();
  const attempts: string[] = [];
  const settled: string[] = [];
  const kind: JobKind<string, string> = {
    laneConcurrencyMax,
    attempt: async (job) => {
      attempts.push(`${job.body}@${clock.nowMs() - startMs}`);
      return attempt(job.body);
    },
    settle(_tx, job, outcome) {
      if (outcome.kind === "delivered" || outcome.kind === "dead-letter") {
        settled.push(`${job.body}:${outcome.kind}:${outcome.detail}`);
      }
      return [];
    },
  };
  const worker = createOutboxWorker({ store, clock, log, kinds: { test: kind } });
  return {
    store,
    clock,
    log,
    attempts,
    settled,
    worker,
    add: (lane: string, ...bodies: string[]) =>
      store.write((tx) => {
        for (const body of bodies) {
          addJob(tx, { kind: "test", lane, body });
        }
      }),
    rows: () => store.read((tx) => [...tx.range({ prefix: [OUTBOX] })].length),
  };
}

const done: Outcome<string, string> = { kind: "delivered", detail: "ok" };

test("outbox: does a job once, and removes it with its consequences", async () => {
  const bench = createBench(() => done);
  bench.worker.start();
  await bench.add("a", "one");
  await bench.clock.advance(0);
  expect(bench.attempts).toEqual(["one@0"]);
  expect(new Set(bench.settled)).toEqual(new Set(["one:delivered:ok"]));
  expect(await bench.rows()).toBe(0);
});

test("outbox: does what was there before it started", async () => {
  const bench = createBench(() => done);
  await bench.add("a", "one", "two", "three");
  bench.worker.start();
  await bench.clock.advance(0);
  expect(bench.attempts).toEqual(["one@0", "two@0", "three@0"]);
});

test("outbox: a retry is due at its time, not before, with its new body", async () => {
  const bench = createBench((body) =>
    body === "one" ? { kind: "retry", atMs: Date.UTC(2026, 0, 1) + 60_000, body: "again" } : done,
  );
  bench.worker.start();
  await bench.add("a", "one");
  await bench.clock.advance(59_999);
  expect(bench.attempts).toEqual(["one@0"]);
  expect(await bench.rows()).toBe(1);
  await bench.clock.advance(1);
  expect(bench.attempts).toEqual(["one@0", "again@60000"]);
  expect(await bench.rows()).toBe(0);
});

test("outbox: a lane has no more jobs under way than its kind allows", async () => {
  const finish: (() => void)[] = [];
  const bench = createBench(
    () => new Promise((resolve) => void finish.push(() => resolve(done))),
    2,
  );
  bench.worker.start();
  await bench.add("a", "one", "two", "three");
  await bench.add("b", "other");
  await bench.clock.advance(0);
  expect(bench.attempts).toEqual(["one@0", "two@0", "other@0"]);
  finish[0]?.();
  await bench.clock.advance(0);
  expect(bench.attempts).toEqual(["one@0", "two@0", "other@0", "three@0"]);
});

test("outbox: a throttled lane rests, longer each time, and holds up no other", async () => {
  let capacity = 0;
  const bench = createBench(
    (body) => (body.startsWith("slow") && capacity === 0 ? { kind: "throttled" } : done),
    1,
  );
  bench.worker.start();
  await bench.add("slow", "slow1", "slow2");
  await bench.add("quick", "quick");
  await bench.clock.advance(3_500);
  expect(bench.attempts).toEqual(["quick@0", "slow1@0", "slow1@1000", "slow1@3000"]);
  capacity = 1;
  await bench.clock.advance(3_500);
  expect(bench.attempts.slice(4)).toEqual(["slow1@7000", "slow2@7000"]);
});

test("outbox: a throttled job is tried again by the time it names", async () => {
  const bench = createBench(() => ({
    kind: "throttled",
    retryByMs: Date.UTC(2026, 0, 1) + 250,
  }));
  bench.worker.start();
  await bench.add("a", "one");
  await bench.clock.advance(250);
  expect(bench.attempts).toEqual(["one@0", "one@250"]);
});

test("outbox: what is under way when it stops is done again after the next start", async () => {
  const bench = createBench(() => new Promise(() => {}));
  bench.worker.start();
  await bench.add("a", "one");
  await bench.clock.advance(0);
  await bench.worker.stop();
  expect(await bench.rows()).toBe(1);
  const { attempts } = bench;
  const again = createOutboxWorker({
    store: bench.store,
    clock: bench.clock,
    log: bench.log,
    kinds: {
      test: {
        laneConcurrencyMax: 1,
        async attempt(job) {
          attempts.push(`again:${job.body}`);
          return { kind: "delivered", detail: "" };
        },
      },
    },
  });
  again.start();
  await bench.clock.advance(0);
  expect(attempts).toEqual(["one@0", "again:one"]);
  expect(await bench.rows()).toBe(0);
});

test("outbox: an attempt that throws loses no job", async () => {
  let broken = true;
  const bench = createBench(() => {
    if (broken) {
      throw new Error("a bug");
    }
    return done;
  });
  bench.worker.start();
  await bench.add("a", "one");
  await bench.clock.advance(0);
  expect(bench.log.records.map(({ level }) => level)).toEqual(["error"]);
  expect(await bench.rows()).toBe(1);
  broken = false;
  await bench.clock.advance(60_000);
  expect(bench.attempts).toEqual(["one@0", "one@60000"]);
  expect(await bench.rows()).toBe(0);
});

test("outbox: a dropped job is gone, and the log says why", async () => {
  const bench = createBench(() => ({ kind: "dropped", because: "nobody wants it" }));
  bench.worker.start();
  await bench.add("a", "one");
  await bench.clock.advance(0);
  expect(bench.log.records.map(({ message }) => message)).toEqual(["nobody wants it"]);
  expect(await bench.rows()).toBe(0);
});

test("outbox: every lane has its turn when there are more than the worker can do", async () => {
  const finish: (() => void)[] = [];
  const bench = createBench(
    () => new Promise((resolve) => void finish.push(() => resolve(done))),
    256,
  );
  const many = Array.from({ length: 300 }, (_, index) => `first${index}`);
  await bench.add("first", ...many);
  await bench.add("second", "second");
  bench.worker.start();
  await bench.clock.advance(0);
  expect(bench.attempts.length).toBe(256);
  finish[0]?.();
  await bench.clock.advance(0);
  expect(bench.attempts.at(-1)).toBe("second@0");
});
