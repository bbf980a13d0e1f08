/** Starts what is measured: an engine of its own on a fresh data folder, and the floor. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = path.resolve(fileURLToPath(import.meta.url), "../../..");

export interface Running {
  readonly endpoint: string;
  readonly pid: number;
  /** From the spawn of the process to its first answer. */
  readonly readyMs: number;
  /** How much of the disk the data folder takes. */
  dataBytes(): number;
  stop(): Promise<void>;
}

export interface RunningEngine extends Running {
  /** `kill -9`, and a new engine on the same data. */
  restart(): Promise<RunningEngine>;
}

/** `node bin/millrace.js start` with the durable default. */
export function startEngine(
  options: { readonly dataParent?: string } = {},
): Promise<RunningEngine> {
  return startOn(mkdtempSync(path.join(options.dataParent ?? tmpdir(), "millrace-bench-")));
}

async function startOn(data: string): Promise<RunningEngine> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [path.join(root, "bin/millrace.js"), "start", "--port", "0", "--data", data, "--json"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const { endpoint } = JSON.parse(await firstLine(child)) as { endpoint: string };
  await fetch(`${endpoint}/_millrace/health`);
  const readyMs = performance.now() - started;
  return {
    endpoint,
    pid: child.pid ?? 0,
    readyMs,
    dataBytes: () => bytesUnder(data),
    async restart() {
      await end(child, "SIGKILL");
      return startOn(data);
    },
    async stop() {
      await end(child);
      rmSync(data, { recursive: true, force: true });
    },
  };
}

const FLOOR = `
const http = require("node:http");
const answer = JSON.stringify({ ok: true, padding: "x".repeat(200) });
const server = http.createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    JSON.parse(Buffer.concat(chunks).toString() || "{}");
    response.writeHead(200, { "content-type": "application/json" });
    response.end(answer);
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
`;

/** A bare \`node:http\` server that reads and parses a JSON body and answers JSON: nothing else. */
export async function startFloor(program: string = FLOOR): Promise<Running> {
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await firstLine(child);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    readyMs: 0,
    dataBytes: () => 0,
    stop: () => end(child),
  };
}

/** What is allocated, which of a sparse file is less than its length. */
function bytesUnder(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(path.join(folder, name)))
    .reduce((sum, stat) => sum + stat.blocks * BLOCK_BYTES, 0);
}

const BLOCK_BYTES = 512;

/** Resident memory of a process, in MiB: with the pages of its files that the system caches. */
export function residentMiB(pid: number): number {
  return memoryMiB(pid, "VmRSS");
}

/** Resident memory that is the process's own, in MiB. */
export function anonymousMiB(pid: number): number {
  return memoryMiB(pid, "RssAnon");
}

function memoryMiB(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) {
    throw new Error("the process has no output");
  }
  for await (const line of createInterface({ input: child.stdout })) {
    return line;
  }
  throw new Error("the process ended before it was ready");
}

function end(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill(signal);
  });
}
