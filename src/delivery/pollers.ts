/**
 * Runs a poller for each source that is there (an event source mapping, a pipe), and follows what
 * becomes of the sources. One that changed gets another poller; the one before finishes what it has
 * received.
 */
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { Store } from "../store/store.ts";
import { createWakeUp, type WakeUp } from "./wake-up.ts";
import type { Worker } from "./worker.ts";

export interface Poller {
  start(): void;
  /** Receives no more; resolves when the batches under way are finished. */
  drain(): Promise<void>;
  /** The same, and abandons those batches: their records come back. */
  stop(): Promise<void>;
}

export interface PollersOptions<Source> {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** What the sources are called: `pipes`. */
  readonly what: string;
  /** Signalled when what `list` returns may have changed. */
  readonly topic: string;
  list(): Promise<readonly Source[]>;
  pollerOf(source: Source): Poller;
  /**
   * Names the stream whose order the source keeps; nothing is read of it while the poller before
   * still works on a batch. `undefined` for sources without an order.
   */
  orderOf(source: Source): string | undefined;
}

interface Polling<Source> {
  readonly source: Source;
  readonly poller: Poller;
}

/** Until the next try, when the sources could not be read. */
const RETRY_MS = 5_000;

export function createPollers<Source>(options: PollersOptions<Source>): Worker {
  return new Pollers(options);
}

class Pollers<Source> implements Worker {
  readonly #options: PollersOptions<Source>;
  readonly #wakeUp: WakeUp;
  /** By the source as it is. */
  readonly #pollers = new Map<string, Polling<Source>>();
  /** Of sources that are no more, or no more the same. */
  readonly #draining = new Set<Polling<Source>>();
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(options: PollersOptions<Source>) {
    this.#options = options;
    this.#wakeUp = createWakeUp(options.clock);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wakeUp.wake();
    await this.#running;
    const all = [...this.#pollers.values(), ...this.#draining];
    await Promise.all(all.map(({ poller }) => poller.stop()));
  }

  async #run(): Promise<void> {
    const { what, topic, store, clock, log } = this.#options;
    const unsubscribe = store.signals.subscribe(topic, () => this.#wakeUp.wake());
    while (!this.#stopped) {
      let againMs: number | undefined;
      try {
        this.#follow(await this.#options.list());
      } catch (error) {
        log.write("error", `The ${what} could not be read.`, { error });
        againMs = clock.nowMs() + RETRY_MS;
      }
      await this.#wakeUp.sleep(againMs);
    }
    unsubscribe();
  }

  #follow(sources: readonly Source[]): void {
    if (this.#stopped) {
      return;
    }
    const wanted = new Map(sources.map((source) => [JSON.stringify(source), source]));
    for (const [identity, polling] of this.#pollers) {
      if (!wanted.has(identity)) {
        this.#pollers.delete(identity);
        this.#drain(polling);
      }
    }
    for (const [identity, source] of wanted) {
      if (!this.#pollers.has(identity) && !this.#mustWait(source)) {
        const poller = this.#options.pollerOf(source);
        this.#pollers.set(identity, { source, poller });
        poller.start();
      }
    }
  }

  #drain(polling: Polling<Source>): void {
    this.#draining.add(polling);
    void polling.poller.drain().finally(() => {
      this.#draining.delete(polling);
      this.#wakeUp.wake();
    });
  }

  #mustWait(wanted: Source): boolean {
    const { orderOf } = this.#options;
    const order = orderOf(wanted);
    return (
      order !== undefined && [...this.#draining].some(({ source }) => orderOf(source) === order)
    );
  }
}
