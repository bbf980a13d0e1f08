/**
 * One operating-system process, in a process group of its own, with the sockets of the frames.
 *
 * Invariants: ending it ends its whole group; `onExit` is called once, after all its output has been
 * given away; the reaper knows it as long as it lives.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { constants } from "node:os";
import type { OutputSource } from "../logs/log-capture.ts";
import type { Reaper } from "./reaper.ts";

export interface ProcessCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  /**
   * Of a program that is started by others which stay (a sandbox): how many, from the process that is
   * started to its own. They tell its end by their status, as shells do.
   */
  readonly processesAbove?: number;
}

export interface ProcessExit {
  readonly status: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** Why it could not be started at all, in the words of AWS's platform. */
  readonly problem?: string;
  /** With a problem that is not `Runtime.InvalidEntrypoint`. */
  readonly errorType?: string;
}

/** There is no program that could be started. */
export class InvalidEntrypoint extends Error {
  override readonly name = "InvalidEntrypoint";
  /** Where it is not `Runtime.InvalidEntrypoint`. */
  readonly errorType: string | undefined;
  /** What the log says of it, beside the error. */
  readonly logLine: string | undefined;

  constructor(
    problem: string,
    more: { readonly errorType?: string; readonly logLine?: string } = {},
  ) {
    super(problem);
    this.errorType = more.errorType;
    this.logLine = more.logLine;
  }
}

/** What became of a process that was not even started. */
export function exitOfUnstarted(error: Error): ProcessExit {
  const errorType = error instanceof InvalidEntrypoint ? error.errorType : undefined;
  const exit = { status: undefined, signal: undefined, problem: error.message };
  return errorType === undefined ? exit : { ...exit, errorType };
}

export interface ProcessListener {
  output(source: OutputSource, bytes: Buffer): void;
  exit(exit: ProcessExit): void;
}

export interface FunctionProcess {
  /** Of the program itself, as this machine counts; `undefined` when it never started. */
  readonly pid: number | undefined;
  /** Carries frames to the process. */
  readonly toProcess: Socket;
  /** Carries frames from it. */
  readonly fromProcess: Socket;
  /** What is to be told; what happened before is told at once. */
  listen(listener: ProcessListener): void;
  /** The peak of its resident set in KiB, 0 where the system does not tell. */
  peakMemoryKib(): number;
  kill(): void;
  /** Asks the process itself to end, with SIGTERM. */
  terminate(): void;
  readonly exited: Promise<void>;
}

/** Output kept for a process that nobody listens to yet, in chunks: generic processes are silent. */
const UNHEARD_MAX = 64;

export function startProcess(command: ProcessCommand, reaper: Reaper): FunctionProcess {
  const child = spawn(command.program, command.arguments, {
    cwd: command.workingDirectory,
    env: command.environment,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid !== undefined) {
    reaper.watch(pid);
  }
  let listener: ProcessListener | undefined;
  const unheard: ((listener: ProcessListener) => void)[] = [];
  const tell = (event: (listener: ProcessListener) => void): void => {
    if (listener) {
      event(listener);
    } else if (unheard.length < UNHEARD_MAX) {
      unheard.push(event);
    }
  };
  for (const source of ["stdout", "stderr"] as const) {
    child[source]?.on("data", (bytes: Buffer) => tell((to) => to.output(source, bytes)));
  }
  const programPid = programPidOf(pid, command.processesAbove ?? 0);
  const exited = exitOf(child, command).then((exit) => {
    if (pid !== undefined) {
      reaper.forget(pid);
    }
    tell((to) => to.exit(exit));
  });
  return {
    get pid() {
      return programPid();
    },
    toProcess: socketOf(child, 3),
    fromProcess: socketOf(child, 4),
    listen(to) {
      listener = to;
      for (const event of unheard.splice(0)) {
        event(to);
      }
    },
    peakMemoryKib() {
      const program = programPid();
      return program === undefined ? 0 : peakMemoryOf(program);
    },
    kill() {
      if (pid !== undefined && child.exitCode === null && child.signalCode === null) {
        killGroup(pid);
      }
    },
    terminate() {
      const program = programPid();
      if (program === pid) {
        child.kill("SIGTERM");
      } else if (program !== undefined) {
        signalTo(program, "SIGTERM");
      }
    },
    exited,
  };
}

/** After the process has ended and its output was read, or right away when it never started. */
function exitOf(child: ChildProcess, { processesAbove = 0 }: ProcessCommand): Promise<ProcessExit> {
  return new Promise((resolve) => {
    child.on("error", (error) => {
      if (child.pid === undefined) {
        const problem = `fork/exec ${child.spawnfile}: ${systemErrorText(error)}`;
        resolve({ status: undefined, signal: undefined, problem });
      }
    });
    child.on("exit", (status, signal) => {
      const exit = processesAbove > 0 ? exitBelow(status, signal) : plainExit(status, signal);
      if (child.pid !== undefined) {
        // What the process left behind in its group ends with it.
        killGroup(child.pid);
      }
      child.on("close", () => resolve(exit));
      // A descendant that left the group may keep the output open for ever.
      whenQuiet(child, () => resolve(exit));
    });
  });
}

function plainExit(status: number | null, signal: NodeJS.Signals | null): ProcessExit {
  return { status: status ?? undefined, signal: signal ?? undefined };
}

/** What a shell adds to the number of the signal that ended a program. */
const SIGNALLED = 128;

function exitBelow(status: number | null, signal: NodeJS.Signals | null): ProcessExit {
  const below = Object.entries(constants.signals).find(
    ([, number]) => status === SIGNALLED + number,
  );
  return below === undefined
    ? plainExit(status, signal)
    : { status: undefined, signal: below[0] as NodeJS.Signals };
}

/** Follows the processes above it down to the program. Until that is there, it may be another. */
function programPidOf(pid: number | undefined, processesAbove: number): () => number | undefined {
  return () => {
    let at = pid;
    for (let depth = 0; depth < processesAbove && at !== undefined; depth += 1) {
      at = firstChildOf(at);
    }
    return at;
  };
}

function firstChildOf(pid: number): number | undefined {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1");
    const [first = ""] = children.trim().split(" ");
    return first === "" ? undefined : Number(first);
  } catch {
    return undefined;
  }
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

function systemErrorText(error: NodeJS.ErrnoException): string {
  return SYSTEM_ERRORS[error.code ?? ""] ?? error.message;
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  ENOENT: "no such file or directory",
  ENOEXEC: "exec format error",
};

/** Turns of the event loop without output after which an ended process has told all. */
const QUIET_TURNS = 50;

function whenQuiet(child: ChildProcess, done: () => void): void {
  let turns = 0;
  for (const stream of child.stdio) {
    stream?.on("data", () => {
      turns = 0;
    });
  }
  const turn = (): void => {
    turns += 1;
    if (turns > QUIET_TURNS) {
      done();
    } else {
      setImmediate(turn);
    }
  };
  turn();
}

function socketOf(child: ChildProcess, descriptor: number): Socket {
  const socket = child.stdio[descriptor] as Socket;
  // A process that has ended tells so by its exit; its sockets say nothing more.
  socket.on("error", () => undefined);
  return socket;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group is empty: all of it has ended.
  }
}

function peakMemoryOf(pid: number): number {
  if (process.platform !== "linux") {
    return 0;
  }
  try {
    return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
