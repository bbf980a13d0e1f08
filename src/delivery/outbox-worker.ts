/**
 * Does the jobs of the outbox.
 *
 * Invariants:
 * O1  A job's row goes, or moves, in the transaction that holds the consequences of its outcome.
 * O2  A claim is held in memory alone: after a crash every job that has a row is done again.
 * O3  Jobs under way are bounded, in each lane and in all; no lane starves another.
 * O4  A job that cannot be judged (its attempt or its settlement threw) is tried again later, and
 *     said so in the log: no row is lost to a bug.
 *
 * Waiting costs nothing: the loop sleeps until the next job is due or until it is signalled.
 */
import type { Key } from "../base/ordered-key.ts";
import {
  type Job,
  type JobKind,
  type JobKinds,
  jobKey,
  jobOf,
  jobTopic,
  OUTBOX,
  type Outcome,
  putJob,
} from "../outbox/job.ts";
import type { Journal } from "../outbox/journal.ts";
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { ReadTx, Store } from "../store/store.ts";
import { createWakeUp, type WakeUp } from "./wake-up.ts";
import type { Worker } from "./worker.ts";

export interface OutboxWorkerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly journal?: Journal;
  readonly kinds: JobKinds;
}

/** Jobs of one kind under way at once. */
const CONCURRENCY_MAX = 256;
/** Jobs of other lanes wait for the next scan when one scan has found this many lanes. */
const LANES_PER_SCAN_MAX = 1_000;
/** A lane that is throttled rests this long, doubled each time: the delays of Lambda. */
const REST_MS_MIN = 1_000;
const REST_MS_MAX = 5 * 60_000;
/** How long a job waits whose attempt or settlement threw. */
const BROKEN_DELAY_MS = 60_000;

export function createOutboxWorker(options: OutboxWorkerOptions): Worker {
  const loops = Object.entries(options.kinds).map(
    ([name, kind]) => new KindLoop(options, name, kind),
  );
  return {
    start() {
      for (const loop of loops) {
        loop.start();
      }
    },
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

/** What the worker remembers of a lane that has jobs under way or rests. */
interface Lane {
  readonly claimed: Set<string>;
  restingUntilMs: number;
  restMs: number;
}

interface Scan {
  readonly jobs: readonly Job[];
  /** When there is something to do next, as far as the clock decides it. */
  readonly nextMs: number | undefined;
}

class KindLoop {
  readonly #options: OutboxWorkerOptions;
  readonly #name: string;
  readonly #kind: JobKind;
  readonly #lanes = new Map<string, Lane>();
  readonly #wakeUp: WakeUp;
  /** Settlements that are being committed. */
  readonly #settling = new Set<Promise<void>>();
  #underWay = 0;
  /** Where the next scan begins, so that each lane is first once. */
  #firstLane = "";
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(options: OutboxWorkerOptions, name: string, kind: JobKind) {
    this.#options = options;
    this.#name = name;
    this.#kind = kind;
    this.#wakeUp = createWakeUp(options.clock);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wakeUp.wake();
    await this.#running;
    await Promise.all(this.#settling);
  }

  async #run(): Promise<void> {
    const { store, log } = this.#options;
    const unsubscribe = store.signals.subscribe(jobTopic(this.#name), () => this.#wakeUp.wake());
    try {
      while (!this.#stopped) {
        const scan = await store.read((tx) => this.#scan(tx));
        for (const job of scan.jobs) {
          this.#claim(job);
        }
        await this.#wakeUp.sleep(scan.nextMs);
      }
    } catch (error) {
      log.write("error", `The outbox worker of ${this.#name} ended.`, { error: textOf(error) });
    } finally {
      unsubscribe();
    }
  }

  #scan(tx: ReadTx): Scan {
    const jobs: Job[] = [];
    let nextMs: number | undefined;
    for (const lane of this.#lanesInTurn(tx)) {
      if (this.#underWay + jobs.length >= CONCURRENCY_MAX) {
        return { jobs, nextMs: undefined };
      }
      const found = this.#scanLane(tx, lane, CONCURRENCY_MAX - this.#underWay - jobs.length);
      jobs.push(...found.jobs);
      nextMs = earlier(nextMs, found.nextMs);
    }
    return { jobs, nextMs };
  }

  #scanLane(tx: ReadTx, name: string, freeInAll: number): Scan {
    const lane = this.#lanes.get(name);
    if (lane !== undefined && lane.restingUntilMs > tx.nowMs) {
      return { jobs: [], nextMs: lane.restingUntilMs };
    }
    const claimed = lane?.claimed;
    const free = Math.min(freeInAll, this.#kind.laneConcurrencyMax - (claimed?.size ?? 0));
    const jobs: Job[] = [];
    if (free <= 0) {
      return { jobs, nextMs: undefined };
    }
    for (const entry of tx.range({ prefix: [OUTBOX, this.#name, name] })) {
      // Once: it is decoded anew each time.
      const { key } = entry;
      const dueMs = key[3] as number;
      if (dueMs > tx.nowMs) {
        return { jobs, nextMs: dueMs };
      }
      if (claimed?.has(key[4] as string) !== true) {
        jobs.push(jobOf(entry));
        if (jobs.length >= free) {
          break;
        }
      }
    }
    return { jobs, nextMs: undefined };
  }

  /** The lanes that have jobs, each once, from one that changes with every scan. */
  #lanesInTurn(tx: ReadTx): readonly string[] {
    const prefix = [OUTBOX, this.#name];
    const first = this.#firstLane;
    const behind = [...laneNames(tx, prefix, first)];
    const before: string[] = [];
    for (const lane of behind.length < LANES_PER_SCAN_MAX ? laneNames(tx, prefix, "") : []) {
      if (lane >= first) {
        break;
      }
      before.push(lane);
    }
    return [...behind, ...before];
  }

  #claim(job: Job): void {
    const lane = this.#lanes.get(job.lane) ?? {
      claimed: new Set(),
      restingUntilMs: 0,
      restMs: REST_MS_MIN,
    };
    this.#lanes.set(job.lane, lane);
    lane.claimed.add(job.id);
    this.#underWay += 1;
    this.#firstLane = `${job.lane}\0`;
    void this.#do(job, lane);
  }

  async #do(job: Job, lane: Lane): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = await this.#kind.attempt(job);
    } catch (error) {
      outcome = this.#broken(job, "An attempt", error);
    }
    this.#note(job, outcome);
    if (this.#stopped) {
      return;
    }
    if (outcome.kind === "throttled") {
      this.#rest(lane, outcome.retryByMs);
    } else {
      lane.restingUntilMs = 0;
      lane.restMs = REST_MS_MIN;
      const settling = this.#settle(job, outcome);
      this.#settling.add(settling);
      await settling;
      this.#settling.delete(settling);
    }
    lane.claimed.delete(job.id);
    this.#underWay -= 1;
    if (lane.claimed.size === 0 && lane.restingUntilMs === 0) {
      this.#lanes.delete(job.lane);
    }
    this.#wakeUp.wake();
  }

  #note({ kind, lane }: Job, outcome: Outcome): void {
    const { clock, journal } = this.#options;
    const target = `${kind} ${lane}`;
    journal?.note({ atMs: clock.nowMs(), kind: "job", target, outcome: outcome.kind });
  }

  #rest(lane: Lane, retryByMs: number | undefined): void {
    const nowMs = this.#options.clock.nowMs();
    if (lane.restingUntilMs > nowMs) {
      return;
    }
    const untilMs = nowMs + lane.restMs;
    const isSooner = retryByMs !== undefined && retryByMs > nowMs && retryByMs < untilMs;
    lane.restingUntilMs = isSooner ? retryByMs : untilMs;
    lane.restMs = Math.min(lane.restMs * 2, REST_MS_MAX);
  }

  async #settle(job: Job, outcome: Outcome): Promise<void> {
    try {
      await this.#commit(job, outcome);
    } catch (error) {
      try {
        await this.#commit(job, this.#broken(job, "The settlement", error), { alone: true });
      } catch (second) {
        this.#broken(job, "The store", second);
      }
    }
  }

  async #commit(job: Job, outcome: Outcome, options?: { readonly alone: true }): Promise<void> {
    const notes = await this.#options.store.write((tx) => {
      if (tx.get(jobKey(job)) === undefined) {
        return [];
      }
      tx.delete(jobKey(job));
      if (outcome.kind === "retry") {
        putJob(tx, { ...job, dueMs: outcome.atMs, body: outcome.body });
      }
      return options?.alone === true ? [] : (this.#kind.settle?.(tx, job, outcome) ?? []);
    });
    if (outcome.kind === "dropped") {
      this.#options.log.write("warn", outcome.because, { kind: job.kind, lane: job.lane });
    }
    for (const note of notes) {
      this.#options.log.write("warn", note, { kind: job.kind, lane: job.lane });
    }
  }

  #broken(job: Job, what: string, error: unknown): Outcome {
    const { clock, log } = this.#options;
    log.write("error", `${what} of a job failed; it is tried again later.`, {
      kind: job.kind,
      lane: job.lane,
      error: textOf(error),
    });
    return { kind: "retry", atMs: clock.nowMs() + BROKEN_DELAY_MS, body: job.body };
  }
}

/** Skips from lane to lane: one look-up each, however many jobs a lane has. */
function* laneNames(tx: ReadTx, prefix: Key, from: string): Iterable<string> {
  let after: Key = [...prefix, from];
  for (let count = 0; count < LANES_PER_SCAN_MAX; count += 1) {
    const [entry] = [...tx.range({ prefix, after, limit: 1 })];
    if (entry === undefined) {
      return;
    }
    const lane = entry.key[2] as string;
    yield lane;
    after = [...prefix, lane, Number.POSITIVE_INFINITY];
  }
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
