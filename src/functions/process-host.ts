/** Wires the parts of the function host: see `function-host.ts` for what it is. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "../base/assert.ts";
import { type Clock, createSystemClock } from "../platform/clock.ts";
import { createHttpClient } from "../platform/http-client.ts";
import type { Log } from "../platform/log.ts";
import type { Random } from "../platform/random.ts";
import { linkSdk } from "./code/sdk-link.ts";
import { createXrayDaemon, type XrayDaemon } from "./endpoints/xray-daemon.ts";
import { createDeadlines, type Deadlines } from "./environments/deadlines.ts";
import { createDebuggers, type DebuggerNotice } from "./environments/debuggers.ts";
import {
  createEnvironmentFactory,
  type EnvironmentFactory,
} from "./environments/environment-factory.ts";
import { createLimitWatch } from "./environments/limit-watch.ts";
import type { FunctionHost, FunctionHostLimits, LogReceiver } from "./function-host.ts";
import { createLauncher } from "./processes/launcher.ts";
import { createMountViews } from "./processes/mount-view.ts";
import { createProcessPool, type ProcessPool } from "./processes/process-pool.ts";
import { createReaper } from "./processes/reaper.ts";
import { createRuntimes, type Runtimes } from "./runtimes/runtimes.ts";
import { createSandboxes } from "./sandbox/sandboxes.ts";
import type { NoSandbox, SandboxTool } from "./sandbox/tool.ts";
import { Scheduler } from "./scheduling/scheduler.ts";

export interface FunctionHostOptions {
  /** The cloud's clock: log timestamps, log stream names, the reclaiming of idle environments. */
  readonly clock: Clock;
  /** Real time, which processes live in: time limits and deadlines. The system's by default. */
  readonly realClock?: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The engine's own URL, `http://127.0.0.1:4566`: asked for when an environment starts. */
  readonly endpoint: () => string;
  /** For working files: nothing in it but caches outlives the host. */
  readonly directory: string;
  /** Holds the built bootstraps: by default those built with the code that runs. */
  readonly bootstrapDirectory?: string;
  readonly onLog: LogReceiver;
  /** Runtime name to the absolute path of an interpreter, over what is found. */
  readonly interpreters?: Readonly<Record<string, string>>;
  /** `ruby`, `java` or `dotnet` to the path of its runtime interface client, over what is found. */
  readonly runtimeClients?: Readonly<Record<string, string>>;
  readonly limits?: Partial<FunctionHostLimits>;
  /** Whether every function runs in a sandbox: see `sandbox-view.ts`. Those of images always do. */
  readonly isSandboxed?: boolean;
  /** What this machine has for that; looked for by default. */
  readonly findSandbox?: () => Promise<SandboxTool | NoSandbox>;
  /** Functions to debug, by name or logical id, with the port of each; 0 picks a free one. */
  readonly debug?: Readonly<Record<string, number>>;
  /** Told whenever an environment of such a function starts. */
  readonly onDebugger?: (notice: DebuggerNotice) => void;
}

/** What an environment is reckoned to take, in bytes. */
const ENVIRONMENT_SIZE = 64 * 1024 * 1024;
const PROCESSES_MIN = 8;
const PROCESSES_MAX = 200;
const STARTS_MIN = 4;

const DEFAULT_LIMITS: FunctionHostLimits = {
  processesMax: Math.min(
    PROCESSES_MAX,
    Math.max(PROCESSES_MIN, Math.floor(totalmem() / 2 / ENVIRONMENT_SIZE)),
  ),
  startsMax: Math.max(STARTS_MIN, 2 * availableParallelism()),
  shortMax: Math.max(STARTS_MIN, 2 * availableParallelism()),
  sparesMax: 2,
  waitingMax: 10_000,
  idleTimeoutMs: 10 * 60 * 1000,
};

export function createFunctionHost(options: FunctionHostOptions): FunctionHost {
  // A generic process is in no function's sandbox, so none is started ahead for one.
  const spares = options.isSandboxed === true ? { sparesMax: 0 } : {};
  const limits = { ...DEFAULT_LIMITS, ...options.limits, ...spares };
  const cloudDeadlines = createDeadlines(options.clock);
  const runtimes = createRuntimes({
    interpreters: options.interpreters ?? {},
    clients: options.runtimeClients ?? {},
  });
  const works = createWorks(options, limits, runtimes);
  const { open, pool, xray, realNowMs, realDeadlines } = works;
  const scheduler = new Scheduler({
    clock: options.clock,
    deadlines: cloudDeadlines,
    realNowMs,
    realDeadlines,
    limits,
    open,
  });
  return {
    environmentsMax: limits.processesMax,
    invoke: (spec, invocation) => scheduler.invoke(spec, invocation),
    keep: (spec, count) => scheduler.keep(spec, count),
    retire: (functionArn) => scheduler.retire(functionArn),
    runtimes: () => runtimes.statuses(),
    segments: () => xray.segments,
    prepare(runtime) {
      runtimes.find(runtime).then(
        (interpreter) => pool.fill(interpreter),
        // The invocation that needs it will be told.
        () => undefined,
      );
    },
    async close() {
      await Promise.all([scheduler.close(), pool.close()]);
      cloudDeadlines.close();
      await works.close();
    },
  };
}

interface Works {
  readonly open: EnvironmentFactory;
  readonly pool: ProcessPool;
  readonly xray: XrayDaemon;
  readonly realNowMs: () => number;
  readonly realDeadlines: Deadlines;
  close(): Promise<void>;
}

/** What environments are made with. */
function createWorks(
  options: FunctionHostOptions,
  { sparesMax }: FunctionHostLimits,
  runtimes: Runtimes,
): Works {
  const { clock, log, random, endpoint, onLog } = options;
  const { sandboxes, sdkDirectory, cacheDirectory } = prepareFolders(options.directory);
  const bootstrapDirectory = options.bootstrapDirectory ?? findBootstraps();
  const realClock = options.realClock ?? createSystemClock();
  const realNowMs = (): number => realClock.nowMs();
  const deadlines = createDeadlines(realClock);
  const reaper = createReaper((reason) =>
    log.write("warn", "The process reaper ended", { reason }),
  );
  const pool = createProcessPool({ bootstrapDirectory, reaper, sparesMax });
  const xray = createXrayDaemon(() => clock.nowMs());
  const http = createHttpClient({ clock: realClock });
  const shared = { random, deadlines, realNowMs };
  const launch = createLauncher({
    extensions: { ...shared, http, reaper, nowMs: () => clock.nowMs() },
    views: createMountViews(cacheDirectory),
    sandboxes: createSandboxes({
      isForAll: options.isSandboxed ?? false,
      cacheDirectory,
      find: options.findSandbox,
    }),
    bootstrapDirectory,
    sdkDirectory,
    cacheDirectory,
    pool,
    reaper,
    endpoint,
    xrayAddress: () => xray.address(),
    realNowMs,
  });
  const limits = createLimitWatch({ deadlines });
  const onNotice = options.onDebugger ?? ((notice) => log.write("info", "Debugger", { ...notice }));
  const debuggers = createDebuggers(options.debug ?? {}, onNotice);
  const places = { directory: sandboxes, runtimes, pool, launch, limits, debuggers };
  return {
    open: createEnvironmentFactory({ ...shared, ...places, clock, onLog }),
    pool,
    xray,
    realNowMs,
    realDeadlines: deadlines,
    async close() {
      http.close();
      xray.close();
      deadlines.close();
      reaper.close();
      await rm(sandboxes, { recursive: true, force: true });
    },
  };
}

function prepareFolders(given: string): {
  readonly sandboxes: string;
  readonly sdkDirectory: string;
  readonly cacheDirectory: string;
} {
  const directory = path.resolve(given);
  const sandboxes = path.join(directory, "environments");
  const sdkDirectory = path.join(directory, "runtime");
  const cacheDirectory = path.join(directory, "cache");
  // What an engine that was killed left behind.
  rmSync(sandboxes, { recursive: true, force: true });
  mkdirSync(cacheDirectory, { recursive: true });
  linkSdk(sdkDirectory);
  return { sandboxes, sdkDirectory, cacheDirectory };
}

/** Beside the built command line or library, or in the build of a clone. */
function findBootstraps(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const candidates = ["../bootstraps", "../../bootstraps", "../../dist/bootstraps"];
  const found = candidates
    .map((candidate) => path.join(here, candidate))
    .find((folder) => existsSync(path.join(folder, "node-bootstrap.cjs")));
  assert(found, "the function bootstraps are not built: run npm run build");
  return found;
}
