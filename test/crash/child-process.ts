/** Starting TypeScript programs as processes of their own, and reading what they say. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = path.resolve(fileURLToPath(import.meta.url), "../../..");

/** Bundles a program of this folder; inside the project, so that its packages are found. */
export async function bundle(entry: string): Promise<string> {
  const cache = path.join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const outfile = path.join(mkdtempSync(path.join(cache, "millrace-crash-")), "child.mjs");
  await build({
    entryPoints: [path.join(root, "test/crash", entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "error",
  });
  return outfile;
}

export interface Child {
  readonly process: ChildProcess;
  /** The next whole line, or `undefined` once there will be none. */
  line(): Promise<string | undefined>;
  /** Ends it with `kill -9` and waits until it is gone; what it said stays to be read. */
  kill(): Promise<void>;
}

export function start(command: string, args: readonly string[]): Child {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = linesOf(child.stdout);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    process: child,
    async line() {
      const next = await lines.next();
      return next.done === true ? undefined : next.value;
    },
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const part of stream) {
    const pieces = (rest + part.toString("utf8")).split("\n");
    rest = pieces.pop() ?? "";
    yield* pieces;
  }
  return undefined;
}
