/** Runs a poller for each enabled event source mapping, and follows what becomes of the mappings. */
import type { EventSources, PolledMapping } from "../outbox/event-source.ts";
import type { Store } from "../store/store.ts";
import { type PollerPorts, SqsPoller } from "./sqs-poller.ts";
import { createWakeUp, type WakeUp } from "./wake-up.ts";
import type { Worker } from "./worker.ts";

export interface EventSourcePollersOptions extends PollerPorts {
  readonly store: Pick<Store, "signals">;
  readonly sources: EventSources;
}

/** Until the next try, when the mappings could not be read. */
const RETRY_MS = 5_000;

export function createEventSourcePollers(options: EventSourcePollersOptions): Worker {
  return new EventSourcePollers(options);
}

class EventSourcePollers implements Worker {
  readonly #options: EventSourcePollersOptions;
  readonly #wakeUp: WakeUp;
  readonly #pollers = new Map<string, SqsPoller>();
  /** Of mappings that are no more, or no more the same. */
  readonly #draining = new Set<SqsPoller>();
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(options: EventSourcePollersOptions) {
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
    const pollers = [...this.#pollers.values(), ...this.#draining];
    await Promise.all(pollers.map((poller) => poller.stop()));
  }

  async #run(): Promise<void> {
    const { sources, store, clock, log } = this.#options;
    const unsubscribe = store.signals.subscribe(sources.topic, () => this.#wakeUp.wake());
    while (!this.#stopped) {
      let againMs: number | undefined;
      try {
        this.#follow(await sources.enabled());
      } catch (error) {
        log.write("error", "The event source mappings could not be read.", { error });
        againMs = clock.nowMs() + RETRY_MS;
      }
      await this.#wakeUp.sleep(againMs);
    }
    unsubscribe();
  }

  /** A mapping that changed gets another poller; the one before finishes what it has received. */
  #follow(mappings: readonly PolledMapping[]): void {
    if (this.#stopped) {
      return;
    }
    const wanted = new Map(mappings.map((mapping) => [mapping.uuid, mapping]));
    for (const [uuid, poller] of this.#pollers) {
      const mapping = wanted.get(uuid);
      if (mapping === undefined || !equalMappings(mapping, poller.mapping)) {
        this.#pollers.delete(uuid);
        this.#draining.add(poller);
        void poller.drain().finally(() => this.#draining.delete(poller));
      }
    }
    for (const [uuid, mapping] of wanted) {
      if (!this.#pollers.has(uuid)) {
        const poller = new SqsPoller(this.#options, mapping);
        this.#pollers.set(uuid, poller);
        poller.start();
      }
    }
  }
}

function equalMappings(a: PolledMapping, b: PolledMapping): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
