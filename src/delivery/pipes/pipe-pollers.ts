/** Runs a poller for each pipe that runs, and follows what becomes of the pipes. */
import type { PipeSources, PolledPipe } from "../../outbox/polled-pipe.ts";
import { createWakeUp, type WakeUp } from "../wake-up.ts";
import type { Worker } from "../worker.ts";
import { type PipePoller, type PipePollerPorts, pipePoller } from "./pipe-poller.ts";

export interface PipePollersOptions extends PipePollerPorts {
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
  readonly #pollers = new Map<string, Polling>();
  /** Of pipes that stopped or changed: they finish what they have received. */
  readonly #draining = new Set<Polling>();
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
    const all = [...this.#pollers.values(), ...this.#draining];
    await Promise.all(all.map(({ poller }) => poller.stop()));
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
    for (const [identity, polling] of this.#pollers) {
      if (!wanted.has(identity)) {
        this.#pollers.delete(identity);
        this.#draining.add(polling);
        void polling.poller.drain().finally(() => {
          this.#draining.delete(polling);
          this.#wakeUp.wake();
        });
      }
    }
    for (const [identity, pipe] of wanted) {
      if (!this.#pollers.has(identity) && !this.#mustWait(pipe)) {
        const poller = pipePoller(this.#options, pipe);
        this.#pollers.set(identity, { pipe, poller });
        poller.start();
      }
    }
  }

  /** Of a stream nothing is read while the poller before still works on a batch: that is its order. */
  #mustWait({ stream }: PolledPipe): boolean {
    return (
      stream !== undefined && [...this.#draining].some(({ pipe }) => pipe.stream?.id === stream.id)
    );
  }
}

interface Polling {
  readonly pipe: PolledPipe;
  readonly poller: PipePoller;
}
