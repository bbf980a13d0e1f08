/**
 * Debugger ports of functions: which function has one, and which of its environments holds it.
 *
 * One environment of a function at a time can be debugged, since a debugger knows it by its port.
 * When code changes, the new environment waits for the old one to give the port back, so that a
 * debugger finds the new code where the old one was.
 */
import { execFile } from "node:child_process";
import { type AddressInfo, createServer } from "node:net";
import type { FunctionSpec } from "../function-host.ts";
import type { Interpreter, ManagedInterpreter } from "../runtimes/family.ts";

export interface DebuggerClaim {
  readonly port: number;
  /** The environment that holds the port takes no more invocations. */
  ending(): void;
  /** The port is free. */
  release(): void;
}

export interface DebuggerNotice {
  readonly functionName: string;
  /** `undefined` when there is none: `problem` says why. */
  readonly port?: number;
  readonly problem?: string;
}

export interface Debuggers {
  /** `undefined` when this environment is not to be debugged, or cannot be. */
  claim(spec: FunctionSpec, interpreter: Interpreter): Promise<DebuggerClaim | undefined>;
}

interface Holder {
  isEnding: boolean;
  readonly released: Promise<void>;
}

interface Target {
  readonly wanted: number;
  port: number | undefined;
  holder: Holder | undefined;
}

/** A day: nothing that is debugged times out. */
export const DEBUG_TIMEOUT_MS: number = 24 * 60 * 60 * 1000;
const PROBE_TIMEOUT_MS = 10_000;

/** `wanted` is a function's name, or its logical id in a stack, to a port; 0 picks a free one. */
export function createDebuggers(
  wanted: Readonly<Record<string, number>>,
  onNotice: (notice: DebuggerNotice) => void,
): Debuggers {
  const targets = new Map<string, Target>(
    Object.entries(wanted).map(([name, port]) => [
      name,
      { wanted: port, port: undefined, holder: undefined },
    ]),
  );
  return {
    async claim({ name }, interpreter) {
      const target = targets.get(name) ?? targetOf(targets, name);
      if (target === undefined) {
        return undefined;
      }
      const problem = await whyNot(interpreter);
      if (problem !== undefined) {
        onNotice({ functionName: name, problem });
        return undefined;
      }
      while (target.holder?.isEnding) {
        await target.holder.released;
      }
      if (target.holder) {
        const taken = "Another of its environments is being debugged; this one is not.";
        onNotice({ functionName: name, problem: taken });
        return undefined;
      }
      const { claim, holder } = hold(target);
      target.holder = holder;
      target.port ??= target.wanted === 0 ? await freePort() : target.wanted;
      onNotice({ functionName: name, port: target.port });
      return { ...claim, port: target.port };
    },
  };
}

function hold(target: Target): {
  readonly claim: Omit<DebuggerClaim, "port">;
  readonly holder: Holder;
} {
  let resolve: () => void = () => undefined;
  const released = new Promise<void>((done) => {
    resolve = done;
  });
  const holder: Holder = { isEnding: false, released };
  return {
    holder,
    claim: {
      ending() {
        holder.isEnding = true;
      },
      release() {
        target.holder = undefined;
        resolve();
      },
    },
  };
}

/** A stack names a function `stack-LogicalId-RANDOM`. */
function targetOf(targets: ReadonlyMap<string, Target>, functionName: string): Target | undefined {
  const parts = functionName.split("-");
  return [...targets].find(([name]) => parts.includes(name))?.[1];
}

async function whyNot(interpreter: Interpreter): Promise<string | undefined> {
  const { kind, program } = interpreter;
  if (kind === "node") {
    return undefined;
  }
  if (kind === "program") {
    return interpreter.takesDebugger
      ? undefined
      : "Millrace has debuggers for Node.js, Python and Java: other runtimes bring their own.";
  }
  const hasDebugpy = await new Promise<boolean>((resolve) => {
    execFile(program, ["-c", "import debugpy"], { timeout: PROBE_TIMEOUT_MS }, (error) =>
      resolve(error === null),
    );
  });
  return hasDebugpy ? undefined : `debugpy is missing: ${program} -m pip install debugpy`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** What an interpreter is started with to wait for a debugger while it runs. */
export function debuggerArguments(
  kind: ManagedInterpreter["kind"],
  port: number,
): readonly string[] {
  return kind === "node"
    ? [`--inspect=127.0.0.1:${port}`]
    : ["-Xfrozen_modules=off", "-m", "debugpy", "--listen", `127.0.0.1:${port}`];
}
