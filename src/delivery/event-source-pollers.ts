/** Runs a poller for each enabled event source mapping, and follows what becomes of the mappings. */
import type { EventSources, PolledMapping } from "../outbox/event-source.ts";
import type { PollerPorts } from "./queue-reader.ts";
import { SqsPoller } from "./sqs-poller.ts";
import { StreamPoller, type StreamPollerPorts } from "./stream-poller.ts";
import { createWakeUp, type WakeUp } from "./wake-up.ts";
import type { Worker } from "./worker.ts";

export interface EventSourcePollersOptions extends PollerPorts, StreamPollerPorts {
  readonly sources: EventSources;
}

interface Poller {
  readonly mapping: PolledMapping;
  start(): void;
  drain(): Promise<void>;
  stop(): Promise<void>;
}

/** Until the next try, when the mappings could not be read. */
const RETRY_MS = 5_000;

export function createEventSourcePollers(options: EventSourcePollersOptions): Worker {
  return new EventSourcePollers(options);
}

class EventSourcePollers implements Worker {
  readonly #options: EventSourcePollersOptions;
  readonly #wakeUp: WakeUp;
  readonly #pollers = new Map<string, Poller>();
  /** Of mappings that are no more, or no more the same. */
  readonly #draining = new Set<Poller>();
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
        void poller.drain().finally(() => {
          this.#draining.delete(poller);
          this.#wakeUp.wake();
        });
      }
    }
    for (const [uuid, mapping] of wanted) {
      if (!this.#pollers.has(uuid) && !this.#mustWait(mapping)) {
        const poller = pollerOf(this.#options, mapping);
        this.#pollers.set(uuid, poller);
        poller.start();
      }
    }
  }

  /** Of a stream nothing is read while the poller before still works on a batch: that is its order. */
  #mustWait({ uuid, stream }: PolledMapping): boolean {
    return (
      stream !== undefined && [...this.#draining].some((poller) => poller.mapping.uuid === uuid)
    );
  }
}

function pollerOf(options: EventSourcePollersOptions, mapping: PolledMapping): Poller {
  return mapping.stream === undefined
    ? new SqsPoller(options, mapping)
    : new StreamPoller(options, mapping, mapping.stream);
}

function equalMappings(a: PolledMapping, b: PolledMapping): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
