/**
 * One execution environment: a process that runs one function, one invocation at a time.
 *
 * starting -> idle <-> busy, and from each of them -> ended. A start that failed leaves it broken:
 * the next invocation starts the process once more, within its own time, as on AWS.
 *
 * Invariants: an invocation is answered once, after all that its process wrote before the answer is
 * in the log; an environment that timed out or whose process ended is never used again.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
import { startStopwatch } from "../platform/stopwatch.ts";
import type { Deadline } from "./deadlines.ts";
import type { EnvironmentOptions } from "./environment-options.ts";
import {
  initFailureOf,
  initReportOf,
  initTimeoutMs,
  type Start,
  startAttempt,
  startFailure,
} from "./environment-start.ts";
import type { ExtensionSession } from "./extension-session.ts";
import type { ShutdownReason } from "./extensions.ts";
import {
  FunctionHostClosed,
  type FunctionSpec,
  type Invocation,
  type InvocationResult,
} from "./function-host.ts";
import { InvalidEntrypoint, type ProcessExit } from "./function-process.ts";
import { type Init, InvocationRun } from "./invocation-run.ts";
import { type Launched, type LaunchListener, StartAborted } from "./launcher.ts";
import { type ExtensionFailure, exited, extensionFailed, timedOut } from "./outcome.ts";
import { roundToHundredths } from "./report.ts";
import type { RuntimeAnswer, RuntimePhases } from "./runtime-link.ts";

/**
 * How long an answer waits for its runtime to ask for the next invocation, in milliseconds: whoever
 * calls again on hearing the answer shall find the same environment.
 */
const NEXT_GRACE_MS = 20;

export class Environment {
  readonly #options: EnvironmentOptions;
  #state: "starting" | "broken" | "idle" | "busy" | "ended" = "starting";
  #launched: Launched | undefined;
  #session: ExtensionSession | undefined;
  #settleStart: ((start: Start) => void) | undefined;
  /** The runtime is ready, extensions may not be. */
  #readyStart: Start | undefined;
  #run: InvocationRun | undefined;
  /** Was answered, and goes on for its extensions. */
  #trailing: InvocationRun | undefined;
  /** By when the runtime and the extensions have to wait for the next invocation. */
  #deadline: Deadline | undefined;
  /** The runtime waits for an invocation, though the last one may not have been reported yet. */
  #isReady = false;
  /** Reported with the first invocation. */
  #init: Init | undefined;
  initFailure: string | undefined;
  #endReason: ShutdownReason = "spindown";

  constructor(options: EnvironmentOptions) {
    this.#options = options;
  }

  get spec(): FunctionSpec {
    return this.#options.spec;
  }

  /**
   * Rejects when the function cannot be run here at all: the environment is then to be ended. A
   * start that failed is reported with the next invocation.
   */
  async start(): Promise<void> {
    const { voice, onIdle } = this.#options;
    voice.initStart();
    const elapsedMs = startStopwatch();
    const start = await this.#startProcess(initTimeoutMs(this.spec));
    if (!start) {
      return;
    }
    const report = initReportOf(start, roundToHundredths(elapsedMs()), "init");
    if (start.kind === "ready") {
      const { durationMs, phases } = report;
      voice.initDone(report);
      this.#init = { durationMs, phases };
      this.#state = "idle";
    } else {
      this.initFailure = initFailureOf(start);
      await this.#discardProcess("failure");
      voice.initDone(report);
      this.#state = "broken";
    }
    onIdle();
  }

  invoke(invocation: Invocation): Promise<InvocationResult> {
    const run = new InvocationRun(invocation);
    this.#run = run;
    this.#options.log.startTail();
    if (this.#state === "broken") {
      this.#state = "starting";
      this.#startAgain(run).catch((error: Error) => {
        run.reject(error);
        this.end();
      });
    } else {
      this.#begin(run, this.spec.timeoutMs);
    }
    return run.result;
  }

  /** Ends the process whatever it does; an invocation that runs is rejected. */
  end(): void {
    if (this.#state === "ended") {
      return;
    }
    this.#state = "ended";
    this.#options.onEnding();
    this.#dropDeadline();
    this.#run?.reject(new FunctionHostClosed());
    this.#run = undefined;
    this.#options.log.flush();
    if (this.#settleStart) {
      this.#settleStart({ kind: "timeout" });
    } else {
      void this.#leave();
    }
  }

  /** Ended as the kernel would. */
  endForMemory(): void {
    this.#run?.usedAllMemory();
    this.#launched?.process.kill();
  }

  get busyPids(): readonly number[] {
    const { pid } = this.#launched?.process ?? {};
    return this.#state !== "busy" || pid === undefined ? [] : [pid, ...(this.#session?.pids ?? [])];
  }

  #begin(run: InvocationRun, timeoutMs: number): void {
    const { deadlines, realNowMs, voice } = this.#options;
    const { payload, requestId, invokedArn, trace, clientContext, cognitoIdentity } =
      run.invocation;
    voice.start(run);
    this.#options.onBusy();
    this.#state = "busy";
    this.#isReady = false;
    this.#deadline = deadlines.set(timeoutMs, () => this.#timeOut(run));
    const message = { requestId, invokedArn, timeoutMs, trace, clientContext, cognitoIdentity };
    if (this.#session?.extensions.areAny) {
      this.#session.extensions.invoke(message, realNowMs() + timeoutMs);
    }
    this.#launched?.link.invoke(message, payload);
  }

  async #startAgain(run: InvocationRun): Promise<void> {
    const { timeoutMs } = this.spec;
    const { voice } = this.#options;
    const start = await this.#startProcess(timeoutMs);
    if (!start) {
      return;
    }
    if (start.kind === "ready") {
      this.#begin(run, Math.max(1, timeoutMs - Math.floor(run.elapsedMs())));
      return;
    }
    if (start.kind === "error") {
      run.answer({ kind: "error", payload: start.payload });
    } else {
      const failure = startFailure(start, run.requestId, timeoutMs);
      run.fail(failure, this.#launched?.process.peakMemoryKib() ?? 0);
    }
    await this.#discardProcess(start.kind === "timeout" ? "timeout" : "failure");
    voice.initDone(initReportOf(start, roundToHundredths(run.elapsedMs()), "invoke"));
    voice.start(run);
    this.#finish(run);
    this.end();
  }

  /** `undefined` when the environment was ended meanwhile. */
  async #startProcess(timeoutMs: number): Promise<Start | undefined> {
    const { deadlines } = this.#options;
    const { settle, started, signal } = startAttempt();
    this.#settleStart = settle;
    this.#readyStart = undefined;
    const deadline = deadlines.set(timeoutMs, () => settle({ kind: "timeout" }));
    try {
      this.#launched = await this.#options.launch(this.#listener(), signal);
    } catch (error) {
      if (!(error instanceof InvalidEntrypoint || error instanceof StartAborted)) {
        deadlines.drop(deadline);
        this.#settleStart = undefined;
        throw error;
      }
      const exit = { status: undefined, signal: undefined, problem: error.message };
      settle({ kind: "exit", exit });
    }
    const start = await started;
    deadlines.drop(deadline);
    this.#settleStart = undefined;
    if ((this.#state as string) === "ended") {
      await this.#leave();
      return undefined;
    }
    this.#session?.extensions.close();
    this.#session?.telemetry.closeSubscriptions();
    return start;
  }

  /** Hears one process, and the extensions around it. */
  #listener(): LaunchListener {
    const { log, voice } = this.#options;
    return {
      output: (source, bytes) => log.output(source, bytes),
      log: (message) => log.functionMessage(message),
      ready: (phases) => this.#onReady(phases),
      initError: (payload) => this.#settleStart?.({ kind: "error", payload }),
      answer: (answer) => this.#onAnswer(answer),
      stream: (contentType) => this.#run?.stream(contentType),
      chunk: (bytes) => this.#run?.chunk(bytes),
      broken: (reason) => {
        log.message(`${reason}\n`);
        this.#launched?.process.kill();
      },
      exit: (exit) => this.#onExit(exit),
      opened: (session) => {
        this.#session = session;
        voice.telemetry = session.telemetry;
        voice.initStartEvent();
      },
      extensionsWaiting: () => this.#onExtensionsWaiting(),
      extensionFailed: (failure) => this.#onExtensionFailed(failure),
    };
  }

  get #areExtensionsWaiting(): boolean {
    return this.#session?.extensions.areWaiting ?? true;
  }

  #onReady(phases: RuntimePhases | undefined): void {
    if (this.#settleStart) {
      this.#readyStart = { kind: "ready", phases };
      this.#onExtensionsWaiting();
      return;
    }
    this.#isReady = true;
    const run = this.#run;
    if (!run) {
      this.#settleInvoke();
    } else if (run.isAnswered) {
      // What the process wrote before is read in this turn at the latest.
      setImmediate(() => this.#finish(run));
    }
  }

  #onExtensionsWaiting(): void {
    if (!this.#areExtensionsWaiting) {
      return;
    }
    if (this.#settleStart && this.#readyStart) {
      this.#settleStart(this.#readyStart);
    } else {
      this.#settleInvoke();
    }
  }

  #onExtensionFailed(failure: ExtensionFailure): void {
    this.#endReason = "failure";
    if (this.#settleStart) {
      this.#settleStart({ kind: "extension", failure });
      return;
    }
    const run = this.#run;
    if (run) {
      const peakMemoryKib = this.#launched?.process.peakMemoryKib() ?? 0;
      run.fail(extensionFailed(run.requestId, failure), peakMemoryKib);
      this.#launched?.process.kill();
    } else {
      this.#endTrailing();
      this.end();
    }
  }

  #onAnswer(answer: RuntimeAnswer): void {
    const run = this.#run;
    if (run?.answer(answer) && !answer.isLast && !answer.isReady) {
      this.#options.deadlines.set(NEXT_GRACE_MS, () => this.#finish(run));
    }
  }

  #onExit(exit: ProcessExit): void {
    if (this.#settleStart) {
      this.#settleStart({ kind: "exit", exit });
      return;
    }
    if (this.#state !== "idle" && this.#state !== "busy") {
      return;
    }
    const run = this.#run;
    if (run) {
      run.fail(exited(run.requestId, exit), 0);
      this.#finish(run);
    }
    this.#endTrailing();
    this.#endReason = this.#endReason === "timeout" ? "timeout" : "failure";
    this.end();
  }

  #timeOut(run: InvocationRun): void {
    const launched = this.#launched;
    if (this.#run === run || this.#trailing === run) {
      const failure = timedOut(run.requestId, this.spec.timeoutMs);
      run.fail(failure, launched?.process.peakMemoryKib() ?? 0);
    }
    this.#endReason = "timeout";
    // The exit of the process finishes the run, after the last of its output.
    launched?.process.kill();
  }

  /** Answers. What extensions still do belongs to the invocation, and delays the next one. */
  #finish(run: InvocationRun): void {
    if (this.#run !== run) {
      return;
    }
    const { log, logStream, voice } = this.#options;
    this.#run = undefined;
    const peakMemoryKib = run.needsPeakMemory ? this.#launched?.process.peakMemoryKib() : 0;
    const report = run.report(this.spec, this.#init, peakMemoryKib ?? 0);
    voice.runtimeDone(run, report);
    if (run.failure || this.#areExtensionsWaiting) {
      voice.end(run, report);
      this.#init = undefined;
    } else {
      this.#trailing = run;
      voice.endForTail(run, report);
    }
    const tail = log.takeTail();
    log.flush();
    run.resolve({
      ...run.payload(),
      get logTail() {
        return tail();
      },
      logStream,
      report,
    });
    this.#settleInvoke();
  }

  /** Once the runtime and every extension wait for the next invocation, it can be given one. */
  #settleInvoke(): void {
    if (this.#isReady && this.#run === undefined && this.#areExtensionsWaiting) {
      this.#endTrailing();
      if (this.#state === "busy") {
        this.#state = "idle";
        this.#dropDeadline();
        this.#options.onIdle();
      }
    }
  }

  #endTrailing(): void {
    const run = this.#trailing;
    if (run) {
      this.#trailing = undefined;
      const peakMemoryKib = this.#launched?.process.peakMemoryKib() ?? 0;
      const report = run.report(this.spec, this.#init, peakMemoryKib, run.sinceAnswerMs());
      this.#init = undefined;
      this.#options.voice.end(run, report);
    }
  }

  #dropDeadline(): void {
    if (this.#deadline) {
      this.#options.deadlines.drop(this.#deadline);
      this.#deadline = undefined;
    }
  }

  async #discardProcess(reason: ShutdownReason): Promise<void> {
    const [launched, session] = [this.#launched, this.#session];
    this.#launched = undefined;
    this.#session = undefined;
    await session?.shutDown(launched?.process, reason);
    launched?.link.close();
    this.#options.voice.telemetry = undefined;
    this.#options.log.tap = undefined;
  }

  async #leave(): Promise<void> {
    await this.#discardProcess(this.#endReason);
    this.#options.log.flush();
    this.#options.onEnded();
  }
}
