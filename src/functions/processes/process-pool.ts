/**
 * Generic processes, started before it is known which function they will be.
 *
 * A process can be told its handler, its environment variables and its folder when it is taken; what
 * the interpreter or the dynamic linker reads at its own start it cannot, so a function that needs
 * such gets a process of its own.
 */
import { readdirSync } from "node:fs";
import path from "node:path";
import type { FunctionSpec } from "../function-host.ts";
import type { Interpreter, ManagedInterpreter } from "../runtimes/family.ts";
import { type FunctionProcess, startProcess } from "./function-process.ts";
import type { Reaper } from "./reaper.ts";

export interface ProcessPool {
  /** A process that waits for START: one started ahead, or a new one. */
  take(interpreter: ManagedInterpreter): FunctionProcess;
  /** Starts processes until as many as configured wait for this interpreter; none for programs. */
  fill(interpreter: Interpreter): void;
  readonly size: number;
  close(): Promise<void>;
}

export interface ProcessPoolOptions {
  readonly bootstrapDirectory: string;
  readonly reaper: Reaper;
  /** How many wait for each interpreter. */
  readonly sparesMax: number;
}

export function createProcessPool(options: ProcessPoolOptions): ProcessPool {
  const spares = new Map<string, FunctionProcess[]>();
  const start = (interpreter: ManagedInterpreter): FunctionProcess =>
    startProcess(
      {
        ...bootstrapCommand(interpreter, options.bootstrapDirectory),
        environment: genericEnvironment(interpreter),
        workingDirectory: options.bootstrapDirectory,
      },
      options.reaper,
    );
  const sparesOf = (interpreter: Interpreter): FunctionProcess[] => {
    const waiting = spares.get(interpreter.program) ?? [];
    spares.set(interpreter.program, waiting);
    return waiting;
  };
  let closed = false;
  return {
    take: (interpreter) => sparesOf(interpreter).shift() ?? start(interpreter),
    fill(interpreter) {
      if (interpreter.kind === "program" || closed) {
        return;
      }
      const waiting = sparesOf(interpreter);
      while (waiting.length < options.sparesMax) {
        const spare = start(interpreter);
        waiting.push(spare);
        void spare.exited.then(() => {
          const at = waiting.indexOf(spare);
          if (at !== -1) {
            waiting.splice(at, 1);
          }
        });
      }
    },
    get size() {
      return [...spares.values()].reduce((sum, waiting) => sum + waiting.length, 0);
    },
    async close() {
      closed = true;
      const all = [...spares.values()].flat();
      for (const spare of all) {
        spare.kill();
      }
      await Promise.all(all.map((spare) => spare.exited));
    },
  };
}

export function bootstrapCommand(
  interpreter: ManagedInterpreter,
  bootstrapDirectory: string,
): { readonly program: string; readonly arguments: readonly string[] } {
  const file = interpreter.kind === "node" ? "node-bootstrap.cjs" : "python_bootstrap.py";
  const { program, sdkDirectory } = interpreter;
  const borrowed = sdkDirectory === undefined ? [] : [sdkDirectory];
  return { program, arguments: [path.join(bootstrapDirectory, file), ...borrowed] };
}

/** Until the function is known; `TZ` is read once by some C libraries. */
function genericEnvironment(interpreter: ManagedInterpreter): Readonly<Record<string, string>> {
  return {
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    PATH: [path.dirname(interpreter.program), "/usr/local/bin", "/usr/bin", "/bin"].join(":"),
  };
}

/** Variables that an interpreter, the dynamic linker or libuv reads once, at its start. */
const START_VARIABLE = /^(?:NODE_(?!PATH$)|PYTHON(?!PATH$)|LD_|DYLD_|MALLOC_|UV_|SSL_|OPENSSL_)/;
/** The bootstrap can switch these on later. */
const LATE_NODE_OPTIONS = "--enable-source-maps";

/** Whether a generic process cannot become this function. */
export function needsOwnProcess(spec: FunctionSpec): boolean {
  return (
    spec.environment["AWS_LAMBDA_EXEC_WRAPPER"] !== undefined ||
    Object.entries(spec.environment).some(
      ([name, value]) =>
        START_VARIABLE.test(name) && !(name === "NODE_OPTIONS" && value === LATE_NODE_OPTIONS),
    ) ||
    [spec.codeDirectory, ...spec.layerDirectories].some(hasSharedLibraries)
  );
}

function hasSharedLibraries(folder: string): boolean {
  const libraries = path.join(folder, "lib");
  try {
    return readdirSync(libraries).some((name) => /\.so(?:\.|$)/.test(name));
  } catch {
    return false;
  }
}
