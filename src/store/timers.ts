/**
 * The loop that runs durable timers when they are due.
 *
 * Invariants:
 * T1  A timer's handler runs in the transaction that removes its row: both happen or neither.
 * T2  Timers run in the order of their due times, those due at once in the order of kind and key.
 *     What a handler arms for now or earlier runs after those found with its own timer.
 * T3  A handler that throws holds up no other timer. Its own is kept as a row and tried again, ever
 *     later up to a bound, until it succeeds. From its first failure on it can not be cancelled, so
 *     a handler looks whether what it is due for still stands.
 * T4  A timer of a kind nobody handles is parked, logged once a kind, and due again when a loop
 *     starts that handles it.
 *
 * | key                               | value                              |
 * |-----------------------------------|------------------------------------|
 * | `timer`, dueMs, kind, ...key      | the payload                        |
 * | `timer`, dueMs, `store.retry`, kind, first dueMs, ...key | payload and failures |
 * | `timer-parked`, kind, dueMs, ...key | the payload                      |
 */
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import { decodeRecord } from "./record.ts";
import type { Entry, Store, Timer, WriteTx } from "./store.ts";
import { TIMER_PREFIX, timerOf, timerValue } from "./timer-row.ts";

/** Runs in the transaction that removes the timer's row. */
export type RunTimer = (tx: WriteTx, timer: Timer) => void;

export interface TimerLoopOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** By kind. */
  readonly handlers: Readonly<Record<string, RunTimer>>;
}

export interface TimerLoop {
  start(): void;
  /** Resolves when no handler runs any more. */
  stop(): Promise<void>;
}

/** Timers that share a transaction. */
const BATCH_MAX = 32;
const RETRY_KIND = "store.retry";
const RETRY_DELAY_MS_MIN = 1_000;
const RETRY_DELAY_MS_MAX = 5 * 60_000;
const PARKED_PREFIX = "timer-parked";
/** Parked timers moved back in one transaction. */
const UNPARK_MAX = 1_000;

interface Retry {
  readonly payload: unknown;
  /** How often the handler has thrown. */
  readonly failures: number;
}

export function createTimerLoop(options: TimerLoopOptions): TimerLoop {
  const loop = new Loop(options);
  return { start: () => loop.start(), stop: () => loop.stop() };
}

class Loop {
  readonly #options: TimerLoopOptions;
  readonly #stopping = new AbortController();
  readonly #parkedKinds = new Set<string>();
  #running: Promise<void> | undefined;

  constructor(options: TimerLoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { store, log } = this.#options;
    let wake = new AbortController();
    const unsubscribe = store.signals.subscribe("timers", () => wake.abort());
    this.#stopping.signal.addEventListener("abort", () => wake.abort(), { once: true });
    try {
      await this.#unpark();
      while (!this.#stopping.signal.aborted) {
        wake = new AbortController();
        const dueMs = await store.read(firstDueMs);
        if (dueMs !== undefined && dueMs <= this.#options.clock.nowMs()) {
          await this.#runDue();
        } else {
          await this.#sleep(dueMs, wake.signal);
        }
      }
    } catch (error) {
      log.write("error", "The timer loop ended: the store takes no more writes.", { error });
    } finally {
      unsubscribe();
    }
  }

  async #sleep(dueMs: number | undefined, wake: AbortSignal): Promise<void> {
    if (this.#stopping.signal.aborted) {
      return;
    }
    if (dueMs !== undefined) {
      await this.#options.clock.sleepUntil(dueMs, wake);
    } else if (!wake.aborted) {
      await new Promise<void>((resolve) => {
        wake.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  /** Together while all goes well; one by one as soon as a handler throws. */
  async #runDue(): Promise<void> {
    if ((await this.#attempt(dueEntries)) === undefined) {
      return;
    }
    const entries = await this.#options.store.read((tx) => [...dueEntries(tx)]);
    for (const entry of entries) {
      const failure = await this.#attempt(() => [entry]);
      if (failure !== undefined) {
        await this.#retryLater(entry, failure.thrown);
      }
    }
  }

  /** Runs timers in one transaction; what a handler throws undoes it and is the result. */
  async #attempt(
    entriesIn: (tx: WriteTx) => Iterable<Entry>,
  ): Promise<{ readonly thrown: unknown } | undefined> {
    let thrown: unknown;
    try {
      await this.#options.store.write((tx) => {
        for (const entry of entriesIn(tx)) {
          try {
            this.#runOne(tx, entry);
          } catch (error) {
            thrown = error;
            throw error;
          }
        }
      });
      return undefined;
    } catch (error) {
      if (error !== thrown) {
        throw error;
      }
      return { thrown };
    }
  }

  #runOne(tx: WriteTx, entry: Entry): void {
    if (tx.get(entry.key) === undefined) {
      return;
    }
    tx.delete(entry.key);
    const { timer } = originalOf(timerOf(entry));
    const handler = this.#options.handlers[timer.kind];
    if (handler === undefined) {
      this.#park(tx, timer);
    } else {
      handler(tx, timer);
    }
  }

  async #retryLater(entry: Entry, error: unknown): Promise<void> {
    const { timer, failures } = originalOf(timerOf(entry));
    const delayMs = Math.min(RETRY_DELAY_MS_MIN * 2 ** failures, RETRY_DELAY_MS_MAX);
    this.#options.log.write("error", `The timer ${timer.kind} failed; it is tried again later.`, {
      key: timer.key,
      dueMs: timer.dueMs,
      failures: failures + 1,
      delayMs,
      error: error instanceof Error ? error.stack : String(error),
    });
    const retry: Retry = { payload: timer.payload, failures: failures + 1 };
    await this.#options.store.write((tx) => {
      tx.delete(entry.key);
      tx.after({
        dueMs: tx.nowMs + delayMs,
        kind: RETRY_KIND,
        key: [timer.kind, timer.dueMs, ...timer.key],
        payload: retry,
      });
    });
  }

  #park(tx: WriteTx, timer: Timer): void {
    tx.set([PARKED_PREFIX, timer.kind, timer.dueMs, ...timer.key], timerValue(timer));
    if (!this.#parkedKinds.has(timer.kind)) {
      this.#parkedKinds.add(timer.kind);
      this.#options.log.write("warn", `Nothing handles timers of the kind ${timer.kind}.`);
    }
  }

  /** Arms again what was parked when its kind had no handler. */
  async #unpark(): Promise<void> {
    for (const kind of Object.keys(this.#options.handlers)) {
      const prefix = [PARKED_PREFIX, kind];
      const unparked = (tx: WriteTx): number => {
        const entries = [...tx.range({ prefix, limit: UNPARK_MAX })];
        for (const entry of entries) {
          const [, , dueMs, ...key] = entry.key;
          tx.delete(entry.key);
          tx.after({ dueMs: dueMs as number, kind, key, payload: decodeRecord(entry.value) });
        }
        return entries.length;
      };
      while ((await this.#options.store.write(unparked)) === UNPARK_MAX) {
        // Another transaction's worth may be left.
      }
    }
  }
}

function firstDueMs(tx: Pick<WriteTx, "range">): number | undefined {
  for (const entry of tx.range({ prefix: TIMER_PREFIX, limit: 1 })) {
    return timerOf(entry).dueMs;
  }
  return undefined;
}

function dueEntries(tx: Pick<WriteTx, "range" | "nowMs">): Iterable<Entry> {
  const until = [...TIMER_PREFIX, tx.nowMs + 1];
  return tx.range({ prefix: TIMER_PREFIX, until, limit: BATCH_MAX });
}

/** A row of the kind `store.retry` stands for the timer that failed. */
function originalOf(timer: Timer): { readonly timer: Timer; readonly failures: number } {
  if (timer.kind !== RETRY_KIND) {
    return { timer, failures: 0 };
  }
  const [kind, dueMs, ...key] = timer.key;
  const { payload, failures } = timer.payload as Retry;
  const original = { kind: kind as string, dueMs: dueMs as number, key, payload };
  return { timer: original, failures };
}
