/** Runs a poller for each pipe that runs, and follows what becomes of the pipes. */
import type { PipeSources, PolledPipe } from "../../outbox/polled-pipe.ts";
import type { Store } from "../../store/store.ts";
import { createWakeUp, type WakeUp } from "../wake-up.ts";
import type { Worker } from "../worker.ts";
import { type PipePoller, type PipePollerPorts, pipePoller } from "./pipe-poller.ts";

export interface PipePollersOptions extends PipePollerPorts {
  readonly store: Pick<Store, "signals">;
  readonly sources: PipeSources;
}

/** Until the next try, when the pipes could not be read. */
const RETRY_MS = 5_000;

export function createPipePollers(options: PipePollersOptions): Worker {
  return new PipePollers(options);
}

class PipePollers implements Worker {
  readonly #options: PipePollersOptions;
  readonly #wakeUp: WakeUp;
  /** By the pipe as it is: a pipe that changed gets another poller. */
  readonly #pollers = new Map<string, PipePoller>();
  /** Of pipes that stopped or changed: they finish what they have received. */
  readonly #draining = new Set<PipePoller>();
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(options: PipePollersOptions) {
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
    await Promise.all([...this.#pollers.values(), ...this.#draining].map((one) => one.stop()));
  }

  async #run(): Promise<void> {
    const { sources, store, clock, log } = this.#options;
    const unsubscribe = store.signals.subscribe(sources.topic, () => this.#wakeUp.wake());
    while (!this.#stopped) {
      let againMs: number | undefined;
      try {
        this.#follow(await sources.running());
      } catch (error) {
        log.write("error", "The pipes could not be read.", { error });
        againMs = clock.nowMs() + RETRY_MS;
      }
      await this.#wakeUp.sleep(againMs);
    }
    unsubscribe();
  }

  #follow(pipes: readonly PolledPipe[]): void {
    if (this.#stopped) {
      return;
    }
    const wanted = new Map(pipes.map((pipe) => [JSON.stringify(pipe), pipe]));
    for (const [identity, poller] of this.#pollers) {
      if (!wanted.has(identity)) {
        this.#pollers.delete(identity);
        this.#draining.add(poller);
        void poller.drain().finally(() => this.#draining.delete(poller));
      }
    }
    for (const [identity, pipe] of wanted) {
      if (!this.#pollers.has(identity)) {
        const poller = pipePoller(this.#options, pipe);
        this.#pollers.set(identity, poller);
        poller.start();
      }
    }
  }
}
