/**
 * The extensions of one start of an environment: their programs, what they are told, and their end.
 *
 * External extensions are the executables in `extensions/` of the layers. They end with the
 * environment: the runtime first, then each is told SHUTDOWN, and what is left is killed.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
import { accessSync, constants, readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { HttpClient } from "../../platform/http-client.ts";
import type { Random } from "../../platform/random.ts";
import type { Deadlines } from "../environments/deadlines.ts";
import { type ExtensionFailure, exitReason } from "../environments/outcome.ts";
import type { FunctionSpec } from "../function-host.ts";
import type { LogCapture } from "../logs/log-capture.ts";
import {
  type FunctionProcess,
  type ProcessExit,
  startProcess,
} from "../processes/function-process.ts";
import type { ProcessView } from "../processes/process-view.ts";
import type { Reaper } from "../processes/reaper.ts";
import { type Extension, Extensions, type ShutdownReason } from "./extensions.ts";
import { type ExtensionRoutes, extensionRoutes } from "./extensions-api.ts";
import { createTelemetry, type Subscription, type Telemetry } from "./telemetry.ts";

/** What a session needs of the host. */
export interface ExtensionPorts {
  readonly random: Random;
  readonly http: HttpClient;
  readonly reaper: Reaper;
  /** In real time. */
  readonly deadlines: Deadlines;
  readonly realNowMs: () => number;
  /** The cloud's time, which log lines and events carry. */
  readonly nowMs: () => number;
}

/** What an environment hears of its extensions. */
export interface ExtensionListener {
  /** The session has begun: nothing else is told before. */
  opened(session: ExtensionSession): void;
  /** One more waits for the next event. */
  extensionsWaiting(): void;
  extensionFailed(failure: ExtensionFailure): void;
}

export interface ExtensionSession {
  readonly extensions: Extensions;
  readonly telemetry: Telemetry;
  readonly routes: ExtensionRoutes;
  /** Starts the programs; resolves once all have registered, one failed, or `abort` says so. */
  start(start: {
    readonly environment: Readonly<Record<string, string>>;
    readonly view: ProcessView | undefined;
    readonly abort: AbortSignal;
  }): Promise<void>;
  /** Ends the runtime and then the extensions, with the time AWS gives them. */
  shutDown(runtime: FunctionProcess | undefined, reason: ShutdownReason): Promise<void>;
  readonly pids: readonly number[];
}

/** How long they may take together, in milliseconds: with external extensions, with internal ones. */
const SHUTDOWN_MS = 2_000;
const SHUTDOWN_INTERNAL_MS = 500;
/** What of it the runtime has when external extensions follow. */
const RUNTIME_SHUTDOWN_MS = 300;

/** The executables that Lambda starts, by file name. */
export function externalExtensions(spec: FunctionSpec): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const layer of spec.layerDirectories) {
    const folder = path.join(layer, "extensions");
    for (const name of filesOf(folder)) {
      found.set(name, path.join(folder, name));
    }
  }
  return found;
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => statSync(path.join(folder, name)).isFile());
  } catch {
    return [];
  }
}

type SessionPorts = ExtensionPorts & {
  readonly log: LogCapture;
  /** Where extensions may listen for events. */
  readonly addresses: readonly string[];
};

export function openExtensionSession(
  spec: FunctionSpec,
  ports: SessionPorts,
  listener: ExtensionListener,
): ExtensionSession {
  const { log } = ports;
  const programs = new Map<string, FunctionProcess>();
  const telemetry = createTelemetry(ports);
  let whenRegistered: () => void = () => undefined;
  const extensions = new Extensions(ports.random, {
    onRegistered: () => whenRegistered(),
    onWaiting: () => listener.extensionsWaiting(),
    onFailed(failure) {
      whenRegistered();
      listener.extensionFailed(failure);
    },
    onState: (extension, state, errorType) =>
      tellState({ log, telemetry }, extension, state, errorType),
  });
  const isJson = spec.logFormat === "JSON";
  log.tap = (kind, text) => telemetry.publish(kind, isJson ? recordOf(text) : text);
  const session: ExtensionSession = {
    extensions,
    telemetry,
    routes: extensionRoutes({
      spec,
      extensions,
      onSubscribe: (subscription) => subscribe({ log, telemetry }, subscription),
    }),
    get pids() {
      return [...programs.values()].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
    },
    async start({ environment, view, abort }) {
      const files = externalExtensions(spec);
      if (files.size === 0 || abort.aborted) {
        return;
      }
      const registered = new Promise<void>((resolve) => {
        whenRegistered = resolve;
        abort.addEventListener("abort", () => resolve(), { once: true });
      });
      for (const name of files.keys()) {
        extensions.expect(name);
      }
      for (const [name, file] of files) {
        const onExit = (exit: ProcessExit): void => extensions.exited(name, exitReason(exit));
        programs.set(name, startProgram(ports, { name, file, environment, view }, onExit));
      }
      await registered;
    },
    shutDown: (runtime, reason) =>
      shutDown({ ...ports, extensions, telemetry, programs }, runtime, reason),
  };
  listener.opened(session);
  return session;
}

function startProgram(
  { log, reaper }: SessionPorts,
  program: {
    readonly name: string;
    readonly file: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly view: ProcessView | undefined;
  },
  onExit: (exit: ProcessExit) => void,
): FunctionProcess {
  const { name, file, environment, view } = program;
  const place = { arguments: [], environment, workingDirectory: "/" };
  const command =
    view && isExecutable(file)
      ? view.enter({ ...place, program: `/opt/extensions/${name}` })
      : { ...place, program: file };
  const started = startProcess(command, reaper);
  started.listen({
    output: (source, bytes) =>
      log.output(`${name}/${source === "stderr" ? source : "stdout"}`, bytes),
    exit: onExit,
  });
  return started;
}

/** Of a function that logs JSON, subscribers get the object. */
function recordOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function subscribe(
  { log, telemetry }: { readonly log: LogCapture; readonly telemetry: Telemetry },
  subscription: Subscription,
): void {
  const { api, name, types } = subscription;
  telemetry.subscribe(subscription);
  const shown = types.map((type) => `${type.charAt(0).toUpperCase()}${type.slice(1)}`);
  log.message(
    `${api.toUpperCase()}\tName: ${name}\tState: Subscribed\tTypes: [${shown.join(", ")}]\n`,
  );
  telemetry.publish(`platform.${api}Subscription`, { name, state: "Subscribed", types });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function tellState(
  { log, telemetry }: { readonly log: LogCapture; readonly telemetry: Telemetry },
  { name, events }: Extension,
  state: string,
  errorType: string | undefined,
): void {
  const error = errorType === undefined ? "" : `\tError Type: ${errorType}`;
  log.message(
    `EXTENSION\tName: ${name}\tState: ${state}\tEvents: [${events.join(", ")}]${error}\n`,
  );
  telemetry.publish("platform.extension", { name, state, events, errorType });
}

interface Ending extends ExtensionPorts {
  readonly extensions: Extensions;
  readonly telemetry: Telemetry;
  readonly programs: ReadonlyMap<string, FunctionProcess>;
}

async function shutDown(
  ending: Ending,
  runtime: FunctionProcess | undefined,
  reason: ShutdownReason,
): Promise<void> {
  const { extensions, telemetry, programs, deadlines } = ending;
  const hasExternal = programs.size > 0;
  const isGraceful = hasExternal || extensions.hasInternal;
  const untilMs = ending.realNowMs() + (hasExternal ? SHUTDOWN_MS : SHUTDOWN_INTERNAL_MS);
  extensions.beginShutdown();
  if (runtime && isGraceful && reason === "spindown") {
    const runtimeMs =
      hasExternal && !extensions.hasInternal ? RUNTIME_SHUTDOWN_MS : SHUTDOWN_INTERNAL_MS;
    runtime.terminate();
    await within(deadlines, runtimeMs, runtime.exited);
  }
  runtime?.kill();
  await runtime?.exited;
  const leftMs = (): number => Math.max(1, untilMs - ending.realNowMs());
  if (hasExternal) {
    await within(deadlines, leftMs(), telemetry.flush());
    extensions.shutdown(reason, untilMs);
    const polite = [...programs].filter(([name]) => extensions.wantsShutdown(name));
    await within(deadlines, leftMs(), Promise.all(polite.map(([, program]) => program.exited)));
  }
  for (const program of programs.values()) {
    program.kill();
  }
  await Promise.all([...programs.values()].map((program) => program.exited));
  telemetry.close();
}

/** Resolves with the promise, or once the time is up. */
async function within(
  deadlines: Deadlines,
  durationMs: number,
  promise: Promise<unknown>,
): Promise<void> {
  await new Promise<void>((resolve) => {
    const deadline = deadlines.set(durationMs, resolve);
    void promise.finally(() => {
      deadlines.drop(deadline);
      resolve();
    });
  });
}
