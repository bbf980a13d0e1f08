/** A function host for tests, with functions written down as files. */
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type Clock, createSystemClock } from "../platform/clock.ts";
import { createMemoryLog } from "../platform/log.ts";
import { createSeededRandom } from "../platform/random.ts";
import type { DebuggerNotice } from "./environments/debuggers.ts";
import type {
  FunctionHost,
  FunctionHostLimits,
  FunctionSpec,
  Invocation,
  InvocationResult,
} from "./function-host.ts";
import { createFunctionHost, type FunctionHostOptions } from "./process-host.ts";

export interface TestHost {
  readonly host: FunctionHost;
  readonly directory: string;
  /** Every log line of every function, in order. */
  readonly logLines: readonly string[];
  /** A function of these files: the first says its handler by its name. */
  define(files: Readonly<Record<string, string>>, spec?: Partial<FunctionSpec>): FunctionSpec;
  invoke(spec: FunctionSpec, event?: unknown, more?: Partial<Invocation>): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer extends InvocationResult {
  /** The payload, parsed. */
  readonly value: unknown;
}

const REPOSITORY = path.resolve(import.meta.dirname, "../..");

export async function createTestHost(
  options: {
    readonly clock?: Clock;
    readonly realClock?: Clock;
    readonly limits?: Partial<FunctionHostLimits>;
    readonly interpreters?: Readonly<Record<string, string>>;
    readonly runtimeClients?: Readonly<Record<string, string>>;
    readonly endpoint?: string;
    readonly isSandboxed?: boolean;
    readonly findSandbox?: FunctionHostOptions["findSandbox"];
    readonly debug?: Readonly<Record<string, number>>;
    readonly onDebugger?: (notice: DebuggerNotice) => void;
  } = {},
): Promise<TestHost> {
  const directory = realpathSync(mkdtempSync(path.join(tmpdir(), "millrace-functions-")));
  const bootstrapDirectory = path.join(directory, "bootstraps");
  await buildBootstraps(bootstrapDirectory);
  const logLines: string[] = [];
  const host = createFunctionHost({
    clock: options.clock ?? createSystemClock(),
    random: createSeededRandom(1),
    log: createMemoryLog(),
    endpoint: () => options.endpoint ?? "http://127.0.0.1:4566",
    directory: path.join(directory, "work"),
    bootstrapDirectory,
    onLog: (_source, lines) => {
      logLines.push(...lines.map((line) => line.message));
    },
    limits: { sparesMax: 1, ...options.limits },
    ...(options.debug ? { debug: options.debug } : {}),
    ...(options.onDebugger ? { onDebugger: options.onDebugger } : {}),
    ...(options.realClock ? { realClock: options.realClock } : {}),
    ...(options.runtimeClients ? { runtimeClients: options.runtimeClients } : {}),
    ...(options.isSandboxed === undefined ? {} : { isSandboxed: options.isSandboxed }),
    ...(options.findSandbox ? { findSandbox: options.findSandbox } : {}),
    ...(options.interpreters ? { interpreters: options.interpreters } : {}),
  });
  let defined = 0;
  let invoked = 0;
  return {
    host,
    directory,
    logLines,
    define(files, spec = {}) {
      defined += 1;
      const name = spec.name ?? `f${defined}`;
      const codeDirectory = path.join(directory, "code", `${name}-${defined}`);
      writeFiles(codeDirectory, files);
      return specOf(name, codeDirectory, { revision: String(defined), ...spec });
    },
    async invoke(spec, event = {}, more = {}) {
      invoked += 1;
      const result = await host.invoke(spec, {
        requestId: `request-${invoked}`,
        payload: Buffer.from(JSON.stringify(event)),
        invokedArn: spec.arn,
        ...more,
      });
      // `logTail` is put together when it is read.
      return Object.assign(result, { value: parse(result.payload) });
    },
    async close() {
      await host.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function specOf(
  name: string,
  codeDirectory: string,
  spec: Partial<FunctionSpec> = {},
): FunctionSpec {
  return {
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    name,
    version: "$LATEST",
    accountId: "000000000000",
    region: "us-east-1",
    runtime: "nodejs20.x",
    handler: "index.handler",
    codeDirectory,
    layerDirectories: [],
    revision: "1",
    environment: {},
    timeoutMs: 10_000,
    memoryMb: 128,
    ephemeralStorageMb: 512,
    logGroup: `/aws/lambda/${name}`,
    logFormat: "Text",
    ...spec,
  };
}

/** A file named `bootstrap`, or that starts with `#!`, is made executable. */
export function writeFiles(directory: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (text.startsWith("#!")) {
      chmodSync(file, 0o755);
    }
  }
}

async function buildBootstraps(directory: string): Promise<void> {
  const script = pathToFileURL(path.join(REPOSITORY, "scripts/bootstraps.mjs")).href;
  const built: { buildBootstraps(directory: string): Promise<void> } = await import(script);
  await built.buildBootstraps(directory);
}

function parse(payload: Uint8Array): unknown {
  const text = Buffer.from(payload).toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
