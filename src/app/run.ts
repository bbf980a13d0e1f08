/**
 * One run of the services over a data folder: from opening the store to closing it.
 *
 * Everything is made here and handed down; nothing finds anything by itself. The order below is
 * that of dependence: store, blobs, function host, services, workers, gateway. A reset ends one run
 * and begins another; the port, and who listens on it, stay.
 */
import path from "node:path";
import { createEventSourcePollers } from "../delivery/event-source-pollers.ts";
import { createOutboxWorker } from "../delivery/outbox-worker.ts";
import { createPipePollers } from "../delivery/pipes/pipe-pollers.ts";
import type { Worker } from "../delivery/worker.ts";
import { createCodeStore } from "../functions/code/code-store.ts";
import type { FunctionHost, LogReceiver } from "../functions/function-host.ts";
import { createImages } from "../functions/images/images.ts";
import { createFunctionHost, type FunctionHostOptions } from "../functions/process-host.ts";
import type { Answer } from "../gateway/handlers.ts";
import type { Dispatcher } from "../outbox/dispatcher.ts";
import { createJournal, type Hop, type Journal } from "../outbox/journal.ts";
import { isMetricSample } from "../outbox/metrics.ts";
import type { Sink } from "../outbox/sink.ts";
import type { Faults } from "../platform/faults.ts";
import { createHttpClient } from "../platform/http-client.ts";
import type { Log } from "../platform/log.ts";
import { createMetricIntake, type MetricIntake } from "../services/cloudwatch/metrics/intake.ts";
import { createLogs, type Logs } from "../services/logs/service.ts";
import type { CorePorts, Service } from "../services/service.ts";
import type { Blobs } from "../store/blobs.ts";
import { createDiskBlobs } from "../store/disk-blobs.ts";
import { createMemoryBlobs } from "../store/memory-blobs.ts";
import { openStore } from "../store/open-store.ts";
import type { Durability, NoteReceiver } from "../store/store.ts";
import { createTimerLoop } from "../store/timers.ts";
import { DATA_PLACES } from "./data.ts";
import { createDispatcher } from "./dispatcher.ts";
import { createGateway } from "./gateway.ts";
import { journaledHost } from "./journaled-host.ts";
import { giveLayers } from "./layers.ts";
import { createServices, type Services } from "./services.ts";

/** How functions are run, where it is not as usual. */
export type FunctionSettings = Pick<
  FunctionHostOptions,
  "interpreters" | "runtimeClients" | "debug" | "onDebugger" | "isSandboxed"
>;

export interface RunOptions extends Omit<CorePorts, "store"> {
  /** Absolute. */
  readonly directory: string;
  readonly durability: Durability;
  /** The address under which functions and clients reach the engine. */
  readonly endpoint: string;
  readonly allowedHosts: readonly string[];
  readonly faults: Faults;
  readonly onFunctionLog: LogReceiver | undefined;
  readonly functions: FunctionSettings;
  /** Names of container images to the places where they lie: absolute paths. */
  readonly images: Readonly<Record<string, string>>;
  /** ARNs of layer versions of other accounts to folders or zip archives: absolute paths. */
  readonly layers: Readonly<Record<string, string>>;
  /** Behind `POST /_millrace/reset`. */
  readonly reset: () => Promise<void>;
}

export interface Run {
  readonly answer: Answer;
  readonly dispatcher: Dispatcher;
  /**
   * Takes up no more work, waits for what `drained` waits for, and resolves once everything
   * acknowledged is on disk and every process has ended.
   */
  close(drained: Promise<unknown>): Promise<void>;
}

export async function openRun(options: RunOptions): Promise<Run> {
  const { directory, durability, endpoint } = options;
  const { log, fallSilent } = mutable(options.log);
  const { clock, random } = options;
  const journal = createJournal();
  let metrics: MetricIntake | undefined;
  const onNote: NoteReceiver = (note) =>
    isMetricSample(note) ? metrics?.receive(note) : journal.note(note as Hop);
  const store = await openStore({ directory, durability, clock, random, log, onNote });
  const core: CorePorts = { store, clock, random, log };
  metrics = createMetricIntake(core);
  const blobs = await openBlobs(core, options);
  const byName = new Map<string, Service>();
  const dispatcher = createDispatcher({ clock, random, journal, services: byName, endpoint });
  const sinks: Record<string, Sink> = {};
  const logs = createLogs({ ...core, sinks, dispatcher });
  const host = createFunctionHost({
    clock,
    random,
    log,
    endpoint: () => endpoint,
    directory: path.join(directory, DATA_PLACES.environments),
    onLog(source, lines) {
      logs.receive(source, lines);
      options.onFunctionLog?.(source, lines);
    },
    ...options.functions,
  });
  const functions = journaledHost(host, { journal, clock });
  const http = createHttpClient({ clock });
  const services = createServices({
    core,
    dispatcher,
    blobs,
    functions,
    http,
    codeStore: createCodeStore({ directory: path.join(directory, DATA_PLACES.code) }),
    images: createImages({
      directory: path.join(directory, DATA_PLACES.images),
      places: options.images,
    }),
    endpoint,
    sinks,
    logs: logs.service,
    metrics,
  });
  for (const [name, service] of services.byName) {
    byName.set(name, service);
  }
  await giveLayers(services.lambda, options.layers);
  const workers = startWorkers(core, { services, dispatcher, journal, functions });
  const { allowedHosts, faults, reset } = options;
  return {
    answer: createGateway({ ...core, services, functions, journal, allowedHosts, faults, reset }),
    dispatcher,
    async close(drained) {
      const stopped = Promise.all(workers.map((worker) => worker.stop()));
      http.close();
      await drained;
      await end({ functions, stopped, states: services.states, logs, metrics, fallSilent });
      await store.close();
    },
  };
}

function startWorkers(
  core: CorePorts,
  parts: {
    readonly services: Services;
    readonly dispatcher: Dispatcher;
    readonly journal: Journal;
    readonly functions: FunctionHost;
  },
): readonly Worker[] {
  const { services, dispatcher, journal } = parts;
  const { environmentsMax } = parts.functions;
  const workers: readonly Worker[] = [
    createTimerLoop({ ...core, handlers: services.timers }),
    createOutboxWorker({
      ...core,
      journal,
      kinds: {
        ...services.dynamoDb.jobs(dispatcher),
        ...services.autoScaling.jobs,
        ...services.codeDeploy.jobs,
        ...services.lambda.jobs,
        ...services.scheduler.jobs,
        ...services.secretsManager.jobs,
        ...services.states.jobs,
        ...services.events.jobs,
        ...services.sns.jobs,
      },
    }),
    createEventSourcePollers({
      ...core,
      dispatcher,
      environmentsMax,
      sinks: services.sinks,
      sources: services.lambda.eventSources,
    }),
    createPipePollers({
      ...core,
      dispatcher,
      environmentsMax,
      sinks: services.sinks,
      sources: services.pipes.sources,
      endpoints: services.events.endpoints,
      apis: services.apiGateway.apis,
    }),
    ...services.lambda.workers,
    services.cloudFormation.engine,
  ];
  for (const worker of workers) {
    worker.start();
  }
  return workers;
}

async function end(parts: {
  readonly functions: FunctionHost;
  readonly stopped: Promise<unknown>;
  readonly states: Services["states"];
  readonly logs: Logs;
  readonly metrics: MetricIntake;
  readonly fallSilent: () => void;
}): Promise<void> {
  await parts.functions.close();
  await parts.stopped;
  await parts.states.flush();
  await parts.logs.flush();
  parts.metrics.stop();
  await parts.metrics.flush();
  parts.fallSilent();
}

/** What still waits for the store once it is closed fails, and that is no news. */
function mutable(log: Log): { readonly log: Log; readonly fallSilent: () => void } {
  let isSilent = false;
  return {
    log: {
      write(level, message, fields) {
        if (!isSilent) {
          log.write(level, message, fields);
        }
      },
    },
    fallSilent() {
      isSilent = true;
    },
  };
}

function openBlobs(core: CorePorts, options: RunOptions): Promise<Blobs> {
  const { durability, directory } = options;
  return durability === "memory"
    ? createMemoryBlobs(core)
    : createDiskBlobs({ ...core, durability, directory: path.join(directory, DATA_PLACES.blobs) });
}
