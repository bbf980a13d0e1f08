/**
 * What a family of runtimes says: which runtimes it has, how the interpreter of one is found on this
 * machine, and, where Millrace has no bootstrap for it, how its program is started.
 */
import { type FunctionSpec, RuntimeUnavailable } from "../function-host.ts";
import type { InterpreterSearch, Probed } from "./interpreter-search.ts";

/** How to start a program that speaks the Runtime API over HTTP by itself. */
export interface ProgramPlan {
  /** Absolute. */
  readonly program: string;
  readonly arguments: readonly string[];
  readonly workingDirectory: string;
  /** Over the variables that Lambda sets and under those of the function itself. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether `AWS_LAMBDA_EXEC_WRAPPER` is honoured: not by custom runtimes. */
  readonly takesWrapper: boolean;
  /** Whether it is offered a descriptor for log messages: see `log-frames.ts`. */
  readonly takesLogFrames?: true;
}

export interface PlanRequest {
  readonly spec: FunctionSpec;
  /** A folder of the environment alone. */
  readonly sandboxDirectory: string;
  /** The process will see the function's layers under `/opt`. */
  readonly isOptShown: boolean;
  /** Where a debugger shall find it: only for interpreters that take one. */
  readonly debuggerPort: number | undefined;
}

/**
 * Called for every environment that starts. Throws or rejects with `InvalidEntrypoint` when the code
 * has nothing that could be started, with `RuntimeUnavailable` when this machine cannot start it.
 */
export type Planner = (request: PlanRequest) => ProgramPlan | Promise<ProgramPlan>;

/** One that runs a bootstrap of Millrace's own, which speaks frames. */
export interface ManagedInterpreter extends Probed {
  readonly kind: "node" | "python";
  /** What differs from AWS: `runs on Node.js 20.20.2`. */
  readonly note?: string;
  /** The packages of another Python, of which boto3 is taken: this one has none. */
  readonly sdkDirectory?: string;
}

export interface ProgramInterpreter {
  readonly kind: "program";
  /** Absolute; empty where the code brings its program. */
  readonly program: string;
  readonly version: string;
  readonly note?: string;
  /** How to get what it lacks for functions that do not bring it. */
  readonly remedy?: string;
  /** Its plan can start a debugger's server. */
  readonly takesDebugger?: true;
  readonly plan: Planner;
}

export type Interpreter = ManagedInterpreter | ProgramInterpreter;

/** What an interpreter is found with. */
export interface Finding {
  readonly search: InterpreterSearch;
  /** The path of the interpreter that shall be taken, whatever else there is. */
  readonly configured: string | undefined;
  /** Where the family's runtime interface client lies, whatever else there is. */
  readonly client: string | undefined;
}

export interface RuntimeFamily {
  readonly name: string;
  readonly runtimes: readonly string[];
  /** In a few words, for those who named one that there is not: `python3.8 to python3.14`. */
  readonly title: string;
  /** Finds the interpreter of one of these runtimes. Rejects with `RuntimeUnavailable`. */
  find(runtime: string, finding: Finding): Promise<Interpreter>;
}

export function configuredDoesNotRun(runtime: string, configured: string): RuntimeUnavailable {
  return new RuntimeUnavailable({
    runtime,
    problem: `The interpreter configured for ${runtime}, ${configured}, does not run.`,
    remedy: "Configure one that does, or none to have it looked for.",
  });
}
