/**
 * Starts the process of an environment: a generic one or one of its own for Millrace's bootstraps, or
 * a program that speaks the Runtime API by itself, after the plan of its runtime.
 */
import path from "node:path";
import { metadataToken, withMetadata } from "../endpoints/metadata-endpoint.ts";
import { debuggerArguments } from "../environments/debuggers.ts";
import { environmentVariables, type Sandbox } from "../environments/environment-variables.ts";
import {
  type ExtensionListener,
  type ExtensionPorts,
  type ExtensionSession,
  openExtensionSession,
} from "../extensions/extension-session.ts";
import type { FunctionSpec } from "../function-host.ts";
import type { LogCapture } from "../logs/log-capture.ts";
import { type LogFrames, openLogFrames } from "../logs/log-frames.ts";
import type {
  Interpreter,
  ManagedInterpreter,
  ProgramInterpreter,
  ProgramPlan,
} from "../runtimes/family.ts";
import type { Sandboxes } from "../sandbox/sandboxes.ts";
import { installationsOf, placesIn } from "../sandbox/view.ts";
import { inLayers } from "./executable.ts";
import { openFrameLink } from "./frame-link.ts";
import {
  type FunctionProcess,
  InvalidEntrypoint,
  type ProcessCommand,
  type ProcessListener,
  startProcess,
} from "./function-process.ts";
import type { MountViews } from "./mount-view.ts";
import { bootstrapCommand, needsOwnProcess, type ProcessPool } from "./process-pool.ts";
import type { ProcessView } from "./process-view.ts";
import type { Reaper } from "./reaper.ts";
import { openRuntimeApi, type RuntimeApi } from "./runtime-api.ts";
import type { RuntimeLink, RuntimeListener } from "./runtime-link.ts";

export interface Launched {
  readonly process: FunctionProcess;
  readonly link: RuntimeLink;
  readonly extensions: ExtensionSession;
}

export interface LauncherOptions {
  readonly extensions: ExtensionPorts;
  readonly views: MountViews;
  readonly sandboxes: Sandboxes;
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
  /** Absent where the process sees the machine as it is. */
  readonly view: ProcessView | undefined;
  readonly api: RuntimeApi;
  /** Where its client may write log messages whole. */
  readonly frames: LogFrames | undefined;
}

/** By a bootstrap of Millrace's own, or by a program of its runtime. */
type Way =
  | { readonly interpreter: ManagedInterpreter; readonly plan?: undefined }
  | { readonly plan: ProgramPlan };

export function createLauncher(options: LauncherOptions): Launcher {
  return async (launch, listener, abort) => {
    const { interpreter, spec } = launch;
    const isBoxed = spec.image !== undefined || options.sandboxes.isForAll;
    const mounts = isBoxed ? undefined : await openView(options, launch);
    const isOptShown = isBoxed || mounts !== undefined;
    const way: Way =
      interpreter.kind === "program"
        ? { plan: await planOf(interpreter, launch, { isOptShown }) }
        : { interpreter };
    const view = isBoxed ? await openSandbox(options, launch, way.plan) : mounts;
    const receivers = [...(view ? [view.address] : []), "127.0.0.1"];
    const session = openExtensionSession(
      spec,
      { ...options.extensions, log: launch.log, addresses: receivers },
      listener,
    );
    const token = metadataToken(launch.logStream);
    const api = await openRuntimeApi(listener, {
      nowMs: options.realNowMs,
      extensions: withMetadata({ region: spec.region, token }, session.routes),
      isManaged: way.plan === undefined,
      isSnapStarted: spec.keptAs === "snap-start",
    });
    const xrayAddress = await options.xrayAddress();
    const sandbox = sandboxOf(options, launch, { runtimeApi: api.address, xrayAddress });
    const environment = environmentVariables(spec, sandbox, way.plan?.environment);
    await session.start({ environment: extensionVariables(environment, view), view, abort });
    if (abort.aborted) {
      await session.shutDown(undefined, "failure");
      api.close();
      throw new StartAborted();
    }
    const frames = way.plan?.takesLogFrames
      ? await openLogFrames(launch.sandboxDirectory, listener.log)
      : undefined;
    const place = { environment, view, api, frames };
    const launched =
      way.plan === undefined
        ? launchManaged(options, { ...launch, interpreter: way.interpreter }, listener, place)
        : launchProgram(options, { spec, plan: way.plan }, listener, place);
    return { ...launched, extensions: session };
  };
}

/** What keeps a program from being started stands in the log too. */
async function planOf(
  interpreter: ProgramInterpreter,
  { debuggerPort, log, spec, sandboxDirectory }: Launch,
  { isOptShown }: { readonly isOptShown: boolean },
): Promise<ProgramPlan> {
  try {
    return await interpreter.plan({ spec, sandboxDirectory, isOptShown, debuggerPort });
  } catch (error) {
    if (error instanceof InvalidEntrypoint && error.logLine !== undefined) {
      log.message(error.logLine);
    }
    throw error;
  }
}

/** For a function with layers, where this machine can show them and the interpreter stays seen. */
async function openView(
  { views }: LauncherOptions,
  { spec, interpreter, sandboxDirectory }: Launch,
): Promise<ProcessView | undefined> {
  const isHidden = [interpreter.program, spec.codeDirectory, process.execPath].some((file) =>
    file.startsWith("/opt/"),
  );
  if (spec.layerDirectories.length === 0 || isHidden || !(await views.isAvailable())) {
    return undefined;
  }
  return views.open(await views.merge(spec.layerDirectories), sandboxDirectory);
}

/** A function with layers sees them merged, as in any view. */
async function openSandbox(
  options: LauncherOptions,
  { spec, interpreter, sandboxDirectory }: Launch,
  plan: ProgramPlan | undefined,
): Promise<ProcessView> {
  const { sandboxes, views, bootstrapDirectory, cacheDirectory, sdkDirectory } = options;
  const places = { ...views.hosts(sandboxDirectory), sandboxDirectory };
  if (spec.image !== undefined) {
    const { rootDirectory } = spec.image;
    return sandboxes.ofImage(spec.runtime, { ...places, rootDirectory });
  }
  const { codeDirectory, layerDirectories } = spec;
  const program = plan?.program ?? interpreter.program;
  const named = placesIn([...(plan?.arguments ?? []), ...Object.values(plan?.environment ?? {})]);
  const own = [codeDirectory, sandboxDirectory, ...layerDirectories];
  const isOwn = (place: string): boolean =>
    own.some((each) => place === each || place.startsWith(`${each}/`));
  return sandboxes.ofCode(spec.runtime, {
    ...places,
    codeDirectory,
    layerDirectories,
    optDirectory: layerDirectories.length === 0 ? undefined : await views.merge(layerDirectories),
    bootstrapDirectory,
    sdkDirectory,
    cacheDirectory,
    interpreter: interpreter.kind === "program" ? undefined : interpreter.program,
    reads: [
      ...installationsOf(program),
      ...installationsOf(process.execPath),
      ...lentPackages(interpreter),
      ...named,
    ].filter((place) => !isOwn(place)),
  });
}

function lentPackages(interpreter: Interpreter): readonly string[] {
  const lent = interpreter.kind === "program" ? undefined : interpreter.sdkDirectory;
  return lent === undefined ? [] : [lent];
}

/**
 * Published extensions listen on `sandbox.localdomain`, a name only Lambda has, unless this
 * variable of AWS's own local tool tells them that it is not there.
 */
function extensionVariables(
  environment: Readonly<Record<string, string>>,
  view: ProcessView | undefined,
): Readonly<Record<string, string>> {
  return view ? environment : { ...environment, AWS_SAM_LOCAL: "true" };
}

type ManagedLaunch = Launch & { readonly interpreter: ManagedInterpreter };

function launchManaged(
  options: LauncherOptions,
  launch: ManagedLaunch,
  listener: LaunchListener,
  { api, environment, view }: Place,
): Omit<Launched, "extensions"> {
  const { interpreter, spec } = launch;
  const isDebugged = launch.debuggerPort !== undefined;
  const isOwn = view !== undefined || isDebugged || needsOwnProcess(spec);
  const place = { environment, workingDirectory: spec.codeDirectory };
  const command = (): ProcessCommand =>
    seenFrom(view, { ...ownCommand(options, launch, environment), ...place });
  const started = isOwn ? startProcess(command(), options.reaper) : options.pool.take(interpreter);
  started.listen(listener);
  const seen = view?.seen ?? ((text: string) => text);
  const message = {
    ...(isOwn ? {} : { environment }),
    taskRoot: seen(spec.codeDirectory),
    handler: spec.handler,
    runtime: spec.runtime,
    sdkDirectory: seen(options.sdkDirectory),
    cacheDirectory: seen(options.cacheDirectory),
  };
  const link = openFrameLink(started, message, listener);
  return {
    process: started,
    link: {
      invoke: link.invoke,
      restore: link.restore,
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

function seenFrom(view: ProcessView | undefined, command: ProcessCommand): ProcessCommand {
  return view ? view.enter(command) : command;
}

/** Of the memory of a function, what V8 may use for its old generation, as on AWS. */
const OLD_SPACE_SHARE = 0.9;

function ownCommand(
  options: LauncherOptions,
  { debuggerPort, interpreter, spec }: ManagedLaunch,
  environment: Readonly<Record<string, string>>,
): Command {
  const command = bootstrapCommand(interpreter, options.bootstrapDirectory);
  const oldSpaceMb = Math.floor(spec.memoryMb * OLD_SPACE_SHARE);
  const limits = interpreter.kind === "node" ? [`--max-old-space-size=${oldSpaceMb}`] : [];
  const debug = debuggerPort === undefined ? [] : debuggerArguments(interpreter.kind, debuggerPort);
  const given = [...limits, ...debug, ...command.arguments];
  return wrapped({ program: command.program, arguments: given }, spec, environment);
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html */
function wrapped(
  command: Command,
  spec: FunctionSpec,
  environment: Readonly<Record<string, string>>,
): Command {
  const wrapper = environment["AWS_LAMBDA_EXEC_WRAPPER"];
  return wrapper === undefined
    ? command
    : { program: inLayers(spec, wrapper), arguments: [command.program, ...command.arguments] };
}

function launchProgram(
  options: LauncherOptions,
  { plan, spec }: { readonly plan: ProgramPlan; readonly spec: FunctionSpec },
  listener: LaunchListener,
  { api, environment: given, frames, view }: Place,
): Omit<Launched, "extensions"> {
  const environment = frames ? { ...given, _LAMBDA_TELEMETRY_LOG_FD: LOG_FRAMES_FD } : given;
  const inner = plan.takesWrapper ? wrapped(plan, spec, environment) : plan;
  const { workingDirectory } = plan;
  const { program, arguments: args } = inner;
  const command = seenFrom(view, { program, arguments: args, environment, workingDirectory });
  const started = startProcess(withOutputs(command, frames), options.reaper);
  started.listen(listener);
  const close = (): void => {
    frames?.close();
    api.close();
  };
  return { process: started, link: frames ? { ...api, close } : api };
}

/** The first that no process of ours has. */
const LOG_FRAMES_FD = "5";

/** One pipe for both outputs, so that the log keeps the order in which they were written. */
function withOutputs(command: ProcessCommand, frames: LogFrames | undefined): ProcessCommand {
  const rest = [command.program, ...command.arguments];
  const script = `file="$0"; exec "$@" 2>&1 ${LOG_FRAMES_FD}>"$file"`;
  return {
    ...command,
    program: "/bin/sh",
    arguments: frames
      ? ["-c", script, frames.file, ...rest]
      : ["-c", 'exec "$0" "$@" 2>&1', ...rest],
  };
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
