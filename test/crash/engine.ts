/** The engine as a process of its own, killed and started again over the same data and port. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createSystemClock } from "../../src/platform/clock.ts";
import type { Random } from "../../src/platform/random.ts";
import { startStopwatch } from "../../src/platform/stopwatch.ts";
import { eventually } from "../examples/eventually.ts";
import { type Child, start } from "./child-process.ts";
import { CAN_SEE_PROCESSES, descendantsOf, isRunning, type ProcessIdentity } from "./processes.ts";

const root = path.resolve(fileURLToPath(import.meta.url), "../../..");
const clock = createSystemClock();
const READY_MS_MAX = 20_000;
const ENDED_MS_MAX = 5_000;
/** Below the ports that systems give to outgoing connections, which could take it meanwhile. */
const PORT_MIN = 20_000;
const PORTS = 10_000;

/** Builds the command line from the sources as they are now; returns its folder. */
export function buildEngine(): string {
  const cache = path.join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, "millrace-engine-"));
  execFileSync(process.execPath, [path.join(root, "scripts/build.mjs"), folder]);
  return folder;
}

export interface EngineOptions {
  /** What `buildEngine` gave. */
  readonly program: string;
  readonly directory: string;
  readonly port: number;
}

/** At most one process at a time; what it wrote stays from one life to the next. */
export class Engine {
  readonly endpoint: string;
  readonly #command: readonly string[];
  #child: Child | undefined;
  #ready: Promise<number> = Promise.reject(new Error("the engine was never started"));

  constructor({ program, directory, port }: EngineOptions) {
    const main = path.join(program, "cli/main.js");
    this.endpoint = `http://127.0.0.1:${port}`;
    this.#command = [main, "start", "--json", "--port", `${port}`, "--data", directory];
    this.#ready.catch(() => undefined);
  }

  start(): void {
    const child = start(process.execPath, this.#command);
    this.#child = child;
    this.#ready = readiness(child);
    // Of a life that is cut short, nobody asks.
    this.#ready.catch(() => undefined);
  }

  /**
   * Resolves with the milliseconds from the start of the process; rejects when it ends before, or
   * takes too long.
   */
  get ready(): Promise<number> {
    return this.#ready;
  }

  /** `kill -9`; nothing that it started outlives it. */
  async kill(): Promise<void> {
    const child = this.#living();
    // Held still, so that it starts nothing between the look and the end.
    child.process.kill("SIGSTOP");
    const started = startedBy(child);
    await child.kill();
    await allEnded(started);
  }

  /** `kill -9`, and the next life, which is ready. */
  async crash(): Promise<void> {
    await this.kill();
    this.start();
    await this.ready;
  }

  /** As with Ctrl+C; returns the exit code. */
  async stop(): Promise<number | null> {
    const child = this.#living();
    const started = startedBy(child);
    const exited = new Promise<void>((resolve) => child.process.once("exit", () => resolve()));
    child.process.kill("SIGINT");
    await exited;
    await allEnded(started);
    return child.process.exitCode;
  }

  /** After a failure: whatever is still there. */
  async dispose(): Promise<void> {
    if (this.#child !== undefined && outcomeOf(this.#child) === undefined) {
      await this.#child.kill();
    }
  }

  #living(): Child {
    const child = this.#child;
    const outcome = child === undefined ? "before it began" : outcomeOf(child);
    if (child === undefined || outcome !== undefined) {
      throw new Error(`the engine ended by itself: ${outcome}`);
    }
    return child;
  }
}

function outcomeOf({ process: { exitCode, signalCode } }: Child): string | undefined {
  return signalCode ?? (exitCode === null ? undefined : `exit code ${exitCode}`);
}

async function readiness(child: Child): Promise<number> {
  const elapsedMs = startStopwatch();
  const late = clock.sleepUntil(clock.nowMs() + READY_MS_MAX).then(() => {
    throw new Error(`the engine was not ready after ${READY_MS_MAX} ms`);
  });
  const line = await Promise.race([child.line(), late]);
  if (line === undefined) {
    throw new Error(`the engine ended before it was ready: ${outcomeOf(child)}`);
  }
  return elapsedMs();
}

function startedBy({ process: { pid } }: Child): readonly ProcessIdentity[] {
  return CAN_SEE_PROCESSES && pid !== undefined ? descendantsOf(pid) : [];
}

async function allEnded(processes: readonly ProcessIdentity[]): Promise<void> {
  const pids = processes.map(({ pid }) => pid).join(", ");
  const patience = { what: `the processes ${pids} to end`, withinMs: ENDED_MS_MAX };
  await eventually(patience, async () => (processes.some(isRunning) ? undefined : true));
}

/** One that nobody listens on. */
export async function choosePort(random: Random): Promise<number> {
  for (;;) {
    const port = PORT_MIN + Math.floor(random.next() * PORTS);
    if (await canListen(port)) {
      return port;
    }
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
