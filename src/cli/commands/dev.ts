/** `millrace dev`: the engine and one application in it, kept up to date with its files. */
import { fstatSync } from "node:fs";
import path from "node:path";
import { EXIT_FAILURE } from "../../base/operator-error.ts";
import { type Watcher, watchFiles } from "../../deploy/watch.ts";
import type { DebuggerNotice } from "../../functions/environments/debuggers.ts";
import type { LogReceiver } from "../../functions/function-host.ts";
import { createDevSession, type DevSession } from "../dev/session.ts";
import { createLinePrinter, type LinePrinter } from "../line-printer.ts";
import { absolutePaths, greeting, type LocalEngine, startEngine } from "../local-engine.ts";
import { type CallerOptions, callerOf } from "../options.ts";
import { findProject, type Project } from "../project.ts";
import { stopSignal } from "../stop-signal.ts";
import type { Terminal } from "../terminal.ts";

export interface DevOptions extends CallerOptions {
  readonly port: number;
  readonly stackName?: string;
  readonly parameter?: Readonly<Record<string, string>>;
  readonly watch: boolean;
  readonly data?: string;
  readonly memory?: boolean;
  readonly interpreter?: Readonly<Record<string, string>>;
  readonly runtimeClient?: Readonly<Record<string, string>>;
  /** Container images, by the logical ids of functions or by their names. */
  readonly image?: Readonly<Record<string, string>>;
  /** Layer versions of other accounts, by their ARNs. */
  readonly layer?: Readonly<Record<string, string>>;
  readonly sandbox?: boolean;
  /** Functions to debug, by name or logical id, and their ports. */
  readonly debug?: Readonly<Record<string, number>>;
}

export async function dev(
  terminal: Terminal,
  template: string | undefined,
  options: DevOptions,
): Promise<number> {
  const stopped = stopSignal();
  const project = findProject(template, options.stackName);
  const printer = createLinePrinter(terminal, []);
  let session: DevSession | undefined;
  const engine = await startEngine(
    terminal,
    {
      port: options.port,
      data: options.data ?? path.join(project.directory, ".millrace"),
      memory: options.memory === true,
      ...(options.interpreter === undefined ? {} : { interpreter: options.interpreter }),
      ...(options.runtimeClient === undefined ? {} : { runtimeClient: options.runtimeClient }),
      ...(options.image === undefined ? {} : { image: options.image }),
      ...(options.layer === undefined ? {} : { layer: options.layer }),
      ...(options.sandbox === undefined ? {} : { sandbox: options.sandbox }),
    },
    {
      onFunctionLog: receiver(printer),
      onReset: () => session?.startOver(),
      functions: { debug: options.debug ?? {}, onDebugger: debuggerPrinter(terminal) },
    },
  );
  const { endpoint, dataPlace } = engine;
  terminal.data({ event: "ready", endpoint, pid: process.pid, data: dataPlace }, greeting(engine));
  const caller = callerOf(options);
  const parameters = options.parameter ?? {};
  const images = absolutePaths(options.image ?? {});
  session = createDevSession({ terminal, engine, project, caller, parameters, images, printer });
  try {
    session.refresh();
    return await keepGoing(terminal, {
      session,
      stopped,
      engine,
      project,
      isWatched: options.watch,
    });
  } finally {
    session.stop();
    await terminal.progress("Stopping", engine.close());
  }
}

interface Running {
  readonly session: DevSession;
  readonly stopped: Promise<unknown>;
  readonly engine: LocalEngine;
  readonly project: Project;
  readonly isWatched: boolean;
}

/** Until the signal; without watching, a deployment that fails ends it too. */
async function keepGoing(terminal: Terminal, running: Running): Promise<number> {
  const { session, stopped, isWatched } = running;
  if (!isWatched) {
    const outcome = await Promise.race([stopped.then(() => true), session.idle()]);
    if (!outcome) {
      return EXIT_FAILURE;
    }
    await stopped;
    return 0;
  }
  const watcher = await watchProject(terminal, running);
  session.watchWith(watcher);
  const isStopping = stopped.then(() => true);
  if (!(await Promise.race([isStopping, session.idle().then(() => false)]))) {
    terminal.say(terminal.errorColors.dim("Watching for changes. Ctrl+C stops."));
  }
  await stopped;
  await watcher.close();
  return 0;
}

function watchProject(terminal: Terminal, running: Running): Promise<Watcher> {
  const { session, engine, project } = running;
  return watchFiles({
    directory: project.directory,
    except: [engine.directory],
    exceptFiles: [process.stdout.fd, process.stderr.fd].map((output) => fstatSync(output)),
    onChange: () => session.refresh(),
    onError(reason) {
      terminal.warn(`Some files cannot be watched: ${reason}`);
    },
  });
}

function debuggerPrinter(terminal: Terminal): (notice: DebuggerNotice) => void {
  return (notice) => {
    const { functionName, port, problem } = notice;
    const text =
      port === undefined
        ? `${functionName} is not debugged. ${problem}`
        : `Debugger of ${functionName}: 127.0.0.1:${port}`;
    terminal.data({ event: "debugger", ...notice }, text);
  };
}

function receiver(printer: LinePrinter): LogReceiver {
  return ({ spec, logStream }, lines) => {
    for (const { timestampMs, message } of lines) {
      printer.print({ functionName: spec.name, logStream, timestampMs, message });
    }
  };
}
