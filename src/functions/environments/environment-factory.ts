/** Makes environments: their names, their folders, and the way of their log lines. */
import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { toHex } from "../../base/bytes.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Random } from "../../platform/random.ts";
import type { FunctionSpec, LogReceiver } from "../function-host.ts";
import { imageInterpreter } from "../images/image-program.ts";
import { createLogCapture, type LogCapture } from "../logs/log-capture.ts";
import { platformVoice } from "../logs/platform-voice.ts";
import type { Launcher } from "../processes/launcher.ts";
import type { ProcessPool } from "../processes/process-pool.ts";
import type { Interpreter } from "../runtimes/family.ts";
import type { Runtimes } from "../runtimes/runtimes.ts";
import type { EnvironmentEvents } from "../scheduling/scheduler.ts";
import type { Deadlines } from "./deadlines.ts";
import { DEBUG_TIMEOUT_MS, type Debuggers } from "./debuggers.ts";
import { Environment } from "./environment.ts";
import { temporaryDirectory } from "./environment-variables.ts";
import type { LimitWatch, Watched } from "./limit-watch.ts";

/** How long log lines of an invocation that goes on wait to be handed on, in milliseconds. */
const LOG_DELAY_MS = 25;

export interface EnvironmentFactoryOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly onLog: LogReceiver;
  /** In real time. */
  readonly deadlines: Deadlines;
  readonly realNowMs: () => number;
  /** Gets a folder for each environment. */
  readonly directory: string;
  readonly runtimes: Runtimes;
  readonly pool: ProcessPool;
  readonly launch: Launcher;
  readonly limits: LimitWatch;
  readonly debuggers: Debuggers;
}

/** Rejects with `RuntimeUnavailable`. */
export type EnvironmentFactory = (
  spec: FunctionSpec,
  events: EnvironmentEvents,
  isKept: boolean,
) => Promise<Environment>;

export function createEnvironmentFactory(options: EnvironmentFactoryOptions): EnvironmentFactory {
  const { clock, deadlines, limits, pool } = options;
  const nowMs = (): number => clock.nowMs();
  const flushLater = createLaterFlush((flush) => deadlines.set(LOG_DELAY_MS, flush));
  return async (given, events, isKept) => {
    const interpreter =
      given.image === undefined ? await options.runtimes.find(given.runtime) : imageInterpreter;
    const debugged = await options.debuggers.claim(given, interpreter);
    const spec = specFor(given, { isKept, isDebugged: debugged !== undefined });
    const debuggerPort = debugged?.port;
    const id = toHex(options.random.bytes(16));
    const logStream = logStreamName(spec, nowMs(), id);
    const sandboxDirectory = path.join(options.directory, id);
    mkdirSync(temporaryDirectory({ directory: sandboxDirectory }), { recursive: true });
    const log: LogCapture = createLogCapture({
      nowMs,
      onWaiting: () => flushLater(log),
      deliver: (lines) => options.onLog({ spec, logStream }, lines),
    });
    const environment = new Environment({
      spec,
      logStream,
      log,
      voice: platformVoice({
        spec,
        log,
        nowMs,
        runtimeVersion: versionText(spec, interpreter),
      }),
      deadlines,
      realNowMs: options.realNowMs,
      launch: (listener, abort) =>
        options.launch(
          { log, spec, interpreter, logStream, sandboxDirectory, debuggerPort },
          listener,
          abort,
        ),
      onBusy: limits.wake,
      onIdle() {
        events.onIdle();
        // Only now: it would compete with the start it is to speed up.
        pool.fill(interpreter);
      },
      onEnding() {
        debugged?.ending();
        events.onEnding();
      },
      onEnded() {
        limits.remove(watched);
        debugged?.release();
        void rm(sandboxDirectory, { recursive: true, force: true });
        events.onEnded();
      },
    });
    const watched = watchedOf(environment, log, sandboxDirectory);
    if (!debugged) {
      limits.add(watched);
    }
    return environment;
  };
}

const MIB = 1024 * 1024;

function watchedOf(environment: Environment, log: LogCapture, directory: string): Watched {
  const { spec } = environment;
  return {
    spec,
    get busyPids() {
      return environment.busyPids;
    },
    temporaryDirectory: temporaryDirectory({ directory }),
    endForMemory: () => environment.endForMemory(),
    tellStorage(usedBytes) {
      log.message(
        `WARNING: ${Math.ceil(usedBytes / MIB)} MB in /tmp, of ${spec.ephemeralStorageMb} MB: ` +
          "on AWS writing fails with ENOSPC (no space left on device).\n",
      );
    },
  };
}

/**
 * One that is started on demand does not say that it was kept, but for SnapStart, by which every
 * environment of a version begins; a debugged one has time.
 */
function specFor(
  { keptAs, ...spec }: FunctionSpec,
  { isKept, isDebugged }: { readonly isKept: boolean; readonly isDebugged: boolean },
): FunctionSpec {
  return {
    ...spec,
    ...(isKept ? { keptAs: keptAs ?? "provisioned-concurrency" } : {}),
    ...(!isKept && keptAs === "snap-start" ? { keptAs } : {}),
    ...(isDebugged ? { timeoutMs: DEBUG_TIMEOUT_MS } : {}),
  };
}

function versionText(spec: FunctionSpec, interpreter: Interpreter): string {
  const [, name] = /^(nodejs|python|ruby|java|dotnet)/.exec(spec.runtime) ?? [];
  return name === undefined ? spec.runtime : `${name}:${interpreter.version}`;
}

/**
 * In a log group of one's own, which functions may share, streams have the function's name.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
 */
function logStreamName(
  { logGroup, name, version }: FunctionSpec,
  nowMs: number,
  id: string,
): string {
  const owner = logGroup === `/aws/lambda/${name}` ? "" : name;
  return `${logStreamDate(nowMs)}/${owner}[${version}]${id}`;
}

/** `2026/01/31`. */
function logStreamDate(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 10).replaceAll("-", "/");
}

/** Flushes many captures with one timer. */
function createLaterFlush(later: (flush: () => void) => void): (capture: LogCapture) => void {
  const waiting = new Set<LogCapture>();
  return (capture) => {
    if (waiting.size === 0) {
      later(() => {
        const due = [...waiting];
        waiting.clear();
        for (const each of due) {
          each.flush();
        }
      });
    }
    waiting.add(capture);
  };
}
