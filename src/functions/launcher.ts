/** Starts the process of an environment: a generic one, one of its own, or the code's `bootstrap`. */
import { accessSync, closeSync, constants, openSync, readSync } from "node:fs";
import path from "node:path";
import type { Launched } from "./environment.ts";
import { environmentVariables, type Sandbox } from "./environment-variables.ts";
import { openFrameLink } from "./frame-link.ts";
import { type FunctionSpec, RuntimeUnavailable } from "./function-host.ts";
import { InvalidEntrypoint, type ProcessListener, startProcess } from "./function-process.ts";
import { bootstrapCommand, needsOwnProcess, type ProcessPool } from "./process-pool.ts";
import type { Reaper } from "./reaper.ts";
import { openRuntimeApi } from "./runtime-api.ts";
import type { RuntimeListener } from "./runtime-link.ts";
import type { Interpreter } from "./runtimes.ts";

export interface LauncherOptions {
  readonly bootstrapDirectory: string;
  readonly sdkDirectory: string;
  /** Where interpreters keep compiled code between processes. */
  readonly cacheDirectory: string;
  readonly pool: ProcessPool;
  readonly reaper: Reaper;
  readonly endpoint: () => string;
  /** Real time: deadlines are read by processes that know no other. */
  readonly realNowMs: () => number;
}

export interface Launch {
  readonly spec: FunctionSpec;
  readonly interpreter: Interpreter;
  readonly logStream: string;
  readonly sandboxDirectory: string;
}

type Listener = ProcessListener & RuntimeListener;
export type Launcher = (launch: Launch, listener: Listener) => Promise<Launched>;

export function createLauncher(options: LauncherOptions): Launcher {
  return (launch, listener) =>
    launch.interpreter.kind === "provided"
      ? launchProvided(options, launch, listener)
      : launchManaged(options, launch, listener);
}

async function launchManaged(
  options: LauncherOptions,
  launch: Launch,
  listener: Listener,
): Promise<Launched> {
  const { interpreter, spec } = launch;
  const environment = environmentVariables(spec, sandboxOf(options, launch, undefined));
  const isOwn = needsOwnProcess(spec);
  const started = isOwn
    ? startProcess(ownCommand(options, launch, environment), options.reaper)
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
  return { process: started, link: openFrameLink(started, message, listener) };
}

function ownCommand(
  options: LauncherOptions,
  { interpreter, spec }: Launch,
  environment: Readonly<Record<string, string>>,
): Parameters<typeof startProcess>[0] {
  const command = bootstrapCommand(interpreter, options.bootstrapDirectory);
  const wrapper = environment["AWS_LAMBDA_EXEC_WRAPPER"];
  const base = { environment, workingDirectory: spec.codeDirectory };
  return wrapper === undefined
    ? { ...command, ...base }
    : {
        program: inLayers(spec, wrapper),
        arguments: [command.program, ...command.arguments],
        ...base,
      };
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

async function launchProvided(
  options: LauncherOptions,
  launch: Launch,
  listener: Listener,
): Promise<Launched> {
  const { spec } = launch;
  const bootstrap = findBootstrap(spec);
  if (bootstrap === undefined) {
    throw new InvalidEntrypoint(
      "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
    );
  }
  refuseForeignProgram(spec, bootstrap);
  const api = await openRuntimeApi(listener, options.realNowMs);
  const environment = environmentVariables(spec, sandboxOf(options, launch, api.address));
  const started = startProcess(
    {
      // One pipe for both, so that the log keeps the order in which they were written.
      program: "/bin/sh",
      arguments: ["-c", 'exec "$0" 2>&1', bootstrap],
      environment,
      workingDirectory: spec.codeDirectory,
    },
    options.reaper,
  );
  started.listen(listener);
  return { process: started, link: api };
}

function sandboxOf(
  options: LauncherOptions,
  { interpreter, logStream, sandboxDirectory }: Launch,
  runtimeApi: string | undefined,
): Sandbox {
  const programs = [interpreter.program, process.execPath].filter(Boolean).map(path.dirname);
  return {
    logStream,
    directory: sandboxDirectory,
    endpoint: options.endpoint(),
    runtimeDirectory: options.bootstrapDirectory,
    programDirectories: [...new Set(programs)],
    sdkDirectory: options.sdkDirectory,
    runtimeApi,
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
