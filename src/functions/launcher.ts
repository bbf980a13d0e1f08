/** Starts the process of an environment: a generic one, one of its own, or the code's `bootstrap`. */
import { accessSync, closeSync, constants, openSync, readSync } from "node:fs";
import path from "node:path";
import { debuggerArguments } from "./debuggers.ts";
import { environmentVariables, type Sandbox } from "./environment-variables.ts";
import {
  type ExtensionListener,
  type ExtensionPorts,
  type ExtensionSession,
  openExtensionSession,
} from "./extension-session.ts";
import { openFrameLink } from "./frame-link.ts";
import { type FunctionSpec, RuntimeUnavailable } from "./function-host.ts";
import {
  type FunctionProcess,
  InvalidEntrypoint,
  type ProcessListener,
  startProcess,
} from "./function-process.ts";
import type { LogCapture } from "./log-capture.ts";
import { type MountView, type MountViews, withView } from "./mount-view.ts";
import { bootstrapCommand, needsOwnProcess, type ProcessPool } from "./process-pool.ts";
import type { Reaper } from "./reaper.ts";
import { openRuntimeApi, type RuntimeApi } from "./runtime-api.ts";
import type { RuntimeLink, RuntimeListener } from "./runtime-link.ts";
import type { Interpreter } from "./runtimes.ts";

export interface Launched {
  readonly process: FunctionProcess;
  readonly link: RuntimeLink;
  readonly extensions: ExtensionSession;
}

export interface LauncherOptions {
  readonly extensions: ExtensionPorts;
  readonly views: MountViews;
  readonly bootstrapDirectory: string;
  readonly sdkDirectory: string;
  /** Where interpreters keep compiled code between processes. */
  readonly cacheDirectory: string;
  readonly pool: ProcessPool;
  readonly reaper: Reaper;
  readonly endpoint: () => string;
  readonly xrayAddress: () => Promise<string>;
  /** Real time: deadlines are read by processes that know no other. */
  readonly realNowMs: () => number;
}

/** The start was given up: an extension failed, it took too long, or the environment ends. */
export class StartAborted extends Error {
  override readonly name = "StartAborted";
}

export interface Launch {
  readonly log: LogCapture;
  readonly spec: FunctionSpec;
  readonly interpreter: Interpreter;
  readonly logStream: string;
  readonly sandboxDirectory: string;
  /** Where a debugger finds the process. */
  readonly debuggerPort: number | undefined;
}

export type LaunchListener = ProcessListener & RuntimeListener & ExtensionListener;
/** Rejects with `StartAborted` once `abort` says so. */
export type Launcher = (
  launch: Launch,
  listener: LaunchListener,
  abort: AbortSignal,
) => Promise<Launched>;

/** What a process is started with, beside what its function says. */
interface Place {
  readonly environment: Readonly<Record<string, string>>;
  /** Absent where `/opt` cannot be shown, or need not be. */
  readonly view: MountView | undefined;
  readonly api: RuntimeApi;
}

export function createLauncher(options: LauncherOptions): Launcher {
  return async (launch, listener, abort) => {
    const { interpreter, spec } = launch;
    const bootstrap = interpreter.kind === "provided" ? usableBootstrap(spec) : undefined;
    const view = await openView(options, launch);
    const receivers = [...(view ? [view.address] : []), "127.0.0.1"];
    const session = openExtensionSession(
      spec,
      { ...options.extensions, log: launch.log, addresses: receivers },
      listener,
    );
    const api = await openRuntimeApi(listener, {
      nowMs: options.realNowMs,
      extensions: session.routes,
      isManaged: bootstrap === undefined,
    });
    const xrayAddress = await options.xrayAddress();
    const addresses = { runtimeApi: api.address, xrayAddress };
    const environment = environmentVariables(spec, sandboxOf(options, launch, addresses));
    await session.start({ environment: extensionVariables(environment, view), view, abort });
    if (abort.aborted) {
      await session.shutDown(undefined, "failure");
      api.close();
      throw new StartAborted();
    }
    const place = { environment, view, api };
    const launched =
      bootstrap === undefined
        ? launchManaged(options, launch, listener, place)
        : launchProvided(options, launch, listener, { ...place, bootstrap });
    return { ...launched, extensions: session };
  };
}

/** For a function with layers, where this machine can show them and the interpreter stays seen. */
async function openView(
  { views }: LauncherOptions,
  { spec, interpreter, sandboxDirectory }: Launch,
): Promise<MountView | undefined> {
  const isHidden = [interpreter.program, spec.codeDirectory, process.execPath].some((file) =>
    file.startsWith("/opt/"),
  );
  if (spec.layerDirectories.length === 0 || isHidden || !(await views.isAvailable())) {
    return undefined;
  }
  return views.open(await views.merge(spec.layerDirectories), sandboxDirectory);
}

/**
 * Published extensions listen on `sandbox.localdomain`, a name only Lambda has, unless this
 * variable of AWS's own local tool tells them that it is not there.
 */
function extensionVariables(
  environment: Readonly<Record<string, string>>,
  view: MountView | undefined,
): Readonly<Record<string, string>> {
  return view ? environment : { ...environment, AWS_SAM_LOCAL: "true" };
}

function launchManaged(
  options: LauncherOptions,
  launch: Launch,
  listener: LaunchListener,
  { api, environment, view }: Place,
): Omit<Launched, "extensions"> {
  const { interpreter, spec } = launch;
  const isDebugged = launch.debuggerPort !== undefined;
  const isOwn = view !== undefined || isDebugged || needsOwnProcess(spec);
  const command = (): Command => seenFrom(view, ownCommand(options, launch, environment));
  const started = isOwn
    ? startProcess(
        { ...command(), environment, workingDirectory: spec.codeDirectory },
        options.reaper,
      )
    : options.pool.take(interpreter);
  started.listen(listener);
  const message = {
    ...(isOwn ? {} : { environment }),
    taskRoot: spec.codeDirectory,
    handler: spec.handler,
    runtime: spec.runtime,
    sdkDirectory: options.sdkDirectory,
    cacheDirectory: options.cacheDirectory,
  };
  const link = openFrameLink(started, message, listener);
  return {
    process: started,
    link: {
      invoke: link.invoke,
      close() {
        link.close();
        api.close();
      },
    },
  };
}

interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
}

function seenFrom(view: MountView | undefined, command: Command): Command {
  return view ? withView(command, view) : command;
}

/** Of the memory of a function, what V8 may use for its old generation, as on AWS. */
const OLD_SPACE_SHARE = 0.9;

function ownCommand(
  options: LauncherOptions,
  { debuggerPort, interpreter, spec }: Launch,
  environment: Readonly<Record<string, string>>,
): Command {
  const command = bootstrapCommand(interpreter, options.bootstrapDirectory);
  const oldSpaceMb = Math.floor(spec.memoryMb * OLD_SPACE_SHARE);
  const limits = interpreter.kind === "node" ? [`--max-old-space-size=${oldSpaceMb}`] : [];
  const debug = debuggerPort === undefined ? [] : debuggerArguments(interpreter.kind, debuggerPort);
  const given = [...limits, ...debug, ...command.arguments];
  const wrapper = environment["AWS_LAMBDA_EXEC_WRAPPER"];
  return wrapper === undefined
    ? { program: command.program, arguments: given }
    : { program: inLayers(spec, wrapper), arguments: [command.program, ...given] };
}

/** A path under `/opt` is that of a file of a layer. */
function inLayers(spec: FunctionSpec, file: string): string {
  if (!file.startsWith("/opt/")) {
    return file;
  }
  const inner = file.slice("/opt/".length);
  const found = spec.layerDirectories
    .map((layer) => path.join(layer, inner))
    .filter(isExecutable)
    .at(-1);
  return found ?? file;
}

function usableBootstrap(spec: FunctionSpec): string {
  const bootstrap = findBootstrap(spec);
  if (bootstrap === undefined) {
    throw new InvalidEntrypoint(
      "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
    );
  }
  refuseForeignProgram(spec, bootstrap);
  return bootstrap;
}

function launchProvided(
  options: LauncherOptions,
  { spec }: Launch,
  listener: LaunchListener,
  { api, bootstrap, environment, view }: Place & { readonly bootstrap: string },
): Omit<Launched, "extensions"> {
  // One pipe for both, so that the log keeps the order in which they were written.
  const command = { program: "/bin/sh", arguments: ["-c", 'exec "$0" 2>&1', bootstrap] };
  const started = startProcess(
    { ...seenFrom(view, command), environment, workingDirectory: spec.codeDirectory },
    options.reaper,
  );
  started.listen(listener);
  return { process: started, link: api };
}

function sandboxOf(
  options: LauncherOptions,
  { interpreter, logStream, sandboxDirectory }: Launch,
  addresses: Pick<Sandbox, "runtimeApi" | "xrayAddress">,
): Sandbox {
  const programs = [interpreter.program, process.execPath].filter(Boolean).map(path.dirname);
  return {
    logStream,
    directory: sandboxDirectory,
    endpoint: options.endpoint(),
    runtimeDirectory: options.bootstrapDirectory,
    programDirectories: [...new Set(programs)],
    sdkDirectory: options.sdkDirectory,
    ...addresses,
  };
}

function findBootstrap(spec: FunctionSpec): string | undefined {
  return [spec.codeDirectory, ...[...spec.layerDirectories].reverse()]
    .map((folder) => path.join(folder, "bootstrap"))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Bytes of an ELF file that tell its machine. */
const ELF_HEADER_SIZE = 20;
const ELF_MAGIC = Buffer.from("\x7fELF");
const ELF_MACHINES: Readonly<Record<number, string>> = { 62: "x64", 183: "arm64" };

/** A compiled program of another system or processor would fail with a riddle. */
function refuseForeignProgram(spec: FunctionSpec, file: string): void {
  const header = Buffer.alloc(ELF_HEADER_SIZE);
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, header, 0, ELF_HEADER_SIZE, 0);
  } finally {
    closeSync(descriptor);
  }
  if (!header.subarray(0, ELF_MAGIC.length).equals(ELF_MAGIC)) {
    return;
  }
  const machine = ELF_MACHINES[header.readUInt16LE(18)] ?? "another processor";
  if (process.platform !== "linux" || machine !== process.arch) {
    throw new RuntimeUnavailable({
      runtime: spec.runtime,
      problem:
        `The bootstrap of ${spec.name} is a Linux program for ${machine}; ` +
        `this machine is ${process.platform} on ${process.arch}.`,
      remedy: "Build it for this machine, or run Millrace on a machine of that kind.",
    });
  }
}
