/** Runs the built command line, as a person or a script does. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

export const root: string = path.resolve(fileURLToPath(import.meta.url), "../../..");

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What `MILLRACE_ENDPOINT` says. */
  readonly endpoint?: string;
  readonly input?: string;
  readonly directory?: string;
}

/** A command that goes on until it is stopped, and says JSON, a value a line. */
export interface Running {
  /** The next value with this `event`, whatever comes before it. */
  event(name: string): Promise<Readonly<Record<string, unknown>>>;
  /** The first value, whatever it is. */
  first(): Promise<Readonly<Record<string, unknown>>>;
  /** What was said on standard error so far. */
  said(): string;
  /** Sends the signal and waits for the end: the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

export interface CommandLine {
  run(args: readonly string[], options?: RunOptions): Promise<Finished>;
  launch(args: readonly string[], options?: RunOptions): Running;
}

/** Builds from the sources as they are now. */
export function buildCommandLine(): CommandLine {
  const cache = path.join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const folder = remembered(mkdtempSync(path.join(cache, "millrace-cli-")));
  execFileSync(process.execPath, [path.join(root, "scripts/build.mjs"), folder]);
  const program = path.join(folder, "cli/main.js");
  const begin = (args: readonly string[], options: RunOptions) =>
    spawn(process.execPath, [program, ...args], {
      cwd: options.directory ?? tmpdir(),
      env: environment(options),
    });
  return {
    async run(args, options = {}) {
      const child = begin(args, options);
      child.stdin.end(options.input ?? "");
      const [stdout, stderr, exitCode] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        new Promise<number | null>((resolve) => child.once("exit", resolve)),
      ]);
      return { exitCode, stdout, stderr };
    },
    launch: (args, options = {}) => follow(begin(args, options)),
  };
}

/** Nothing of the machine's own AWS settings. */
function environment(options: RunOptions): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"));
  return {
    ...Object.fromEntries(own),
    NO_COLOR: "1",
    MILLRACE_ENDPOINT: options.endpoint ?? "http://127.0.0.1:1",
  };
}

/** Reads all the time, whoever waits for it: a reader that stops would stop the command. */
function follow(child: ChildProcessWithoutNullStreams): Running {
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? code));
  });
  const values: Readonly<Record<string, unknown>>[] = [];
  let said = "";
  let hasEnded = false;
  let wake = (): void => {};
  child.stderr.on("data", (part: Buffer) => {
    said += part.toString("utf8");
  });
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    values.push(JSON.parse(line) as Readonly<Record<string, unknown>>);
    wake();
  });
  lines.on("close", () => {
    hasEnded = true;
    wake();
  });
  const first = async (): Promise<Readonly<Record<string, unknown>>> => {
    for (;;) {
      const value = values.shift();
      if (value !== undefined) {
        return value;
      }
      if (hasEnded) {
        throw new Error(`the command ended with ${await exited}: ${said}`);
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    first,
    async event(name) {
      for (;;) {
        const value = await first();
        if (value["event"] === name) {
          return value;
        }
      }
    },
    said: () => said,
    end(signal) {
      child.kill(signal);
      return exited;
    },
  };
}

export function temporaryFolder(): string {
  return remembered(mkdtempSync(path.join(tmpdir(), "millrace-cli-")));
}

const folders: string[] = [];

function remembered(folder: string): string {
  folders.push(folder);
  return folder;
}

/** To be called when a test file is done: removes what it built and wrote. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true, force: true });
  }
}
