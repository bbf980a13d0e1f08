/**
 * The outbox against chance: random outcomes, random times, workers that die in between. Whatever
 * happens, the consequences of each job are committed once, and no job is lost.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { addJob, type Job, type JobKind, OUTBOX, type Outcome } from "../outbox/job.ts";
import { createMemoryLog } from "../platform/log.ts";
import { createSeededRandom } from "../platform/random.ts";
import { collection } from "../store/collection.ts";
import { createTestStore } from "../testing/test-store.ts";
import { createOutboxWorker } from "./outbox-worker.ts";

const LANE_MAX = 3;
const settled = collection<number>("settled");

async function simulate(seed: number, jobCount: number): Promise<Record<string, unknown>> {
  const { store, clock } = createTestStore({ seed });
  const random = createSeededRandom(seed);
  /** Of the present worker: what an abandoned one has under way does not count. */
  let underWay = new Map<string, number>();
  const faults: string[] = [];

  const outcomeOf = (job: Job<number>): Outcome<number, string> => {
    const draw = random.next();
    if (draw < 0.2) {
      return { kind: "throttled" };
    }
    if (draw < 0.5) {
      const atMs = clock.nowMs() + Math.floor(random.next() * 5_000);
      return { kind: "retry", atMs, body: job.body };
    }
    if (draw < 0.55) {
      throw new Error("a bug");
    }
    return draw < 0.75 ? { kind: "dead-letter", detail: "" } : { kind: "delivered", detail: "" };
  };
  const kind: JobKind<number, string> = {
    laneConcurrencyMax: LANE_MAX,
    async attempt(job) {
      const counts = underWay;
      const running = (counts.get(job.lane) ?? 0) + 1;
      counts.set(job.lane, running);
      if (running > LANE_MAX) {
        faults.push(`${running} jobs of ${job.lane} at once`);
      }
      try {
        await clock.sleepUntil(clock.nowMs() + Math.floor(random.next() * 3) * 100);
        return outcomeOf(job);
      } finally {
        counts.set(job.lane, (counts.get(job.lane) ?? 0) - 1);
      }
    },
    settle(tx, job, outcome) {
      if (outcome.kind === "delivered" || outcome.kind === "dead-letter") {
        settled.put(tx, [job.body], (settled.get(tx, [job.body]) ?? 0) + 1);
      }
      return [];
    },
  };

  const log = createMemoryLog();
  const newWorker = () => createOutboxWorker({ store, clock, log, kinds: { test: kind } });
  let worker = newWorker();
  worker.start();
  for (let body = 0; body < jobCount; body += 1) {
    const lane = `lane${Math.floor(random.next() * 4)}`;
    await store.write((tx) => addJob(tx, { kind: "test", lane, body }));
    if (random.next() < 0.2) {
      await clock.advance(Math.floor(random.next() * 500));
    }
    if (random.next() < 0.1) {
      await worker.stop();
      underWay = new Map();
      worker = newWorker();
      worker.start();
    }
  }
  await clock.advance(24 * 3_600_000);
  return store.read((tx) => ({
    faults,
    left: [...tx.range({ prefix: [OUTBOX] })].length,
    settled: [...settled.list(tx)].map(({ record }) => record),
  }));
}

test("outbox: loses nothing and concludes nothing twice, whatever happens", async () => {
  const scenario = fc.asyncProperty(
    fc.integer(),
    fc.integer({ min: 1, max: 30 }),
    async (seed, jobCount) => {
      expect(await simulate(seed, jobCount)).toEqual({
        faults: [],
        left: 0,
        settled: Array.from({ length: jobCount }, () => 1),
      });
    },
  );
  await fc.assert(scenario, { numRuns: 15 });
}, 180_000);
