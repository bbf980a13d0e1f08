/**
 * The engine's services, workers and event source mappings over a store that fails, on a simulated
 * clock. When a life ends the next one begins at once, over what was committed.
 */
import { createDispatcher } from "../../src/app/dispatcher.ts";
import { createServices } from "../../src/app/services.ts";
import { createEventSourcePollers } from "../../src/delivery/event-source-pollers.ts";
import { createOutboxWorker } from "../../src/delivery/outbox-worker.ts";
import type { Worker } from "../../src/delivery/worker.ts";
import type { FunctionHost } from "../../src/functions/function-host.ts";
import type { Dispatcher } from "../../src/outbox/dispatcher.ts";
import { createJournal } from "../../src/outbox/journal.ts";
import type { Sink } from "../../src/outbox/sink.ts";
import { createMemoryLog } from "../../src/platform/log.ts";
import { createSeededRandom, type Random } from "../../src/platform/random.ts";
import { createSimulatedClock, type SimulatedClock } from "../../src/platform/simulated-clock.ts";
import { createMetricIntake } from "../../src/services/cloudwatch/metrics/intake.ts";
import { createLogs } from "../../src/services/logs/service.ts";
import type { Service } from "../../src/services/service.ts";
import type { Blobs } from "../../src/store/blobs.ts";
import { createMemoryStore } from "../../src/store/memory/memory-store.ts";
import { createMemoryBlobs } from "../../src/store/memory-blobs.ts";
import type { Store } from "../../src/store/store.ts";
import { createTimerLoop } from "../../src/store/timers.ts";
import {
  createFakeFunctionHost,
  type FakeFunctionHost,
} from "../../src/testing/fake-function-host.ts";
import { fakePackages, noImages } from "../../src/testing/lambda-fixture.ts";
import { createScriptedHttp } from "../../src/testing/scripted-http.ts";
import { TEST_ACCOUNT, TEST_REGION } from "../../src/testing/service-harness.ts";
import type { ServiceName } from "../../src/wire/model.ts";
import type { Input, OperationName, Output } from "../../src/wire/operations.ts";
import { createFaultyStore, EngineDied, type FaultyStore } from "./faulty-store.ts";

const CALLER = { accountId: TEST_ACCOUNT, region: TEST_REGION };

export interface SimulatedEngineOptions {
  readonly restartsBodies: boolean;
  /** What the pollers of event source mappings call in the place of the engine: a broken one. */
  readonly distorted?: ((dispatcher: Dispatcher) => Dispatcher) | undefined;
  /** 2: a second set of pollers reads the same mappings, which must not be. */
  readonly pollerCount?: number | undefined;
}

interface Life {
  readonly store: FaultyStore;
  readonly dispatcher: Dispatcher;
  readonly workers: readonly Worker[];
}

export class SimulatedEngine {
  readonly clock: SimulatedClock = createSimulatedClock();
  readonly random: Random;
  readonly functions: FakeFunctionHost = createFakeFunctionHost();
  /** Of each commit. */
  faultChance = 0;
  deathCount = 0;
  /** Called when a life has ended, before the next one begins. */
  onDeath: () => void = () => {};
  readonly #options: SimulatedEngineOptions;
  readonly #truth: Store;
  #blobs: Blobs | undefined;
  #life: Life | undefined;
  #isStopped = false;

  constructor(seed: number, options: SimulatedEngineOptions) {
    this.#options = options;
    this.random = createSeededRandom(seed);
    this.#truth = createMemoryStore({
      clock: this.clock,
      random: this.random,
      restarting: options.restartsBodies,
    });
  }

  async start(): Promise<void> {
    const { random } = this;
    const log = createMemoryLog();
    this.#blobs = await createMemoryBlobs({ store: this.#truth, random, log });
    this.#begin(this.#blobs);
  }

  /** Throws the `AwsError` a client would get, or `EngineDied`: then nobody knows what happened. */
  call<S extends ServiceName, O extends OperationName<S>>(
    service: S,
    operation: O,
    input: Input<S, O>,
  ): Promise<Output<S, O>> {
    return this.#living().dispatcher.call(CALLER, service, operation, input);
  }

  /** As `kill -9` does. */
  crash(): void {
    this.#living().store.die();
  }

  /** Stops as one is told to, and begins anew. */
  async restart(): Promise<void> {
    const { workers, store } = this.#living();
    await Promise.all(workers.map((worker) => worker.stop()));
    store.die();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.faultChance = 0;
    await Promise.all(this.#living().workers.map((worker) => worker.stop()));
  }

  #living(): Life {
    if (this.#life === undefined) {
      throw new Error("the engine was never started");
    }
    return this.#life;
  }

  #begin(blobs: Blobs): void {
    const { clock, random } = this;
    const { distorted = (same: Dispatcher) => same, pollerCount = 1 } = this.#options;
    const store = createFaultyStore({
      inner: this.#truth,
      random,
      faultChance: () => this.faultChance,
      onDeath: () => this.#succeed(blobs),
    });
    const core = { store, clock, random, log: createMemoryLog() };
    const byName = new Map<string, Service>();
    const endpoint = "http://127.0.0.1:4566";
    const journal = createJournal();
    const dispatcher = createDispatcher({ clock, random, journal, services: byName, endpoint });
    const sinks: Record<string, Sink> = {};
    const services = createServices({
      core,
      dispatcher,
      blobs,
      functions: this.#functionsOf(store),
      http: createScriptedHttp(),
      codeStore: fakePackages().codeStore,
      images: noImages,
      endpoint,
      sinks,
      logs: createLogs({ ...core, sinks, dispatcher }).service,
      metrics: createMetricIntake(core),
    });
    for (const [name, service] of services.byName) {
      byName.set(name, service);
    }
    const workers = [
      createTimerLoop({ ...core, handlers: services.timers }),
      createOutboxWorker({ ...core, kinds: { ...services.lambda.jobs, ...services.events.jobs } }),
      ...Array.from({ length: pollerCount }, () =>
        createEventSourcePollers({
          ...core,
          dispatcher: distorted(dispatcher),
          sinks: services.sinks,
          sources: services.lambda.eventSources,
        }),
      ),
    ];
    // Before the workers begin: one that dies at once must not outlive its successor.
    this.#life = { store, dispatcher, workers };
    for (const worker of workers) {
      worker.start();
    }
  }

  /** A life that has ended begins no invocation: its functions are gone with it. */
  #functionsOf(store: FaultyStore): FunctionHost {
    const { functions } = this;
    return {
      ...functions,
      async invoke(spec, invocation) {
        if (store.isDead) {
          throw new EngineDied("the engine of this function has died");
        }
        return functions.invoke(spec, invocation);
      },
    };
  }

  /** The workers of the life that ended find their store dead; nobody waits for them. */
  #succeed(blobs: Blobs): void {
    for (const worker of this.#life?.workers ?? []) {
      void worker.stop().catch(() => undefined);
    }
    if (!this.#isStopped) {
      this.deathCount += 1;
      this.onDeath();
      this.#begin(blobs);
    }
  }
}
