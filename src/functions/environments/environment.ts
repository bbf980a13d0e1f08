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
import { startStopwatch } from "../../platform/stopwatch.ts";
import type { ExtensionSession } from "../extensions/extension-session.ts";
import type { ShutdownReason } from "../extensions/extensions.ts";
import {
  FunctionHostClosed,
  type FunctionSpec,
  type Invocation,
  type InvocationResult,
} from "../function-host.ts";
import { type Failure, roundToHundredths } from "../logs/report.ts";
import type { ProcessExit } from "../processes/function-process.ts";
import type { Launched, LaunchListener } from "../processes/launcher.ts";
import type { RuntimeAnswer, RuntimePhases } from "../processes/runtime-link.ts";
import type { Deadline } from "./deadlines.ts";
import { type EnvironmentOptions, NEXT_GRACE_MS } from "./environment-options.ts";
import {
  type FailedStart,
  failRun,
  initFailureOf,
  initReportOf,
  initTimeoutMs,
  RESTORE_TIMEOUT_MS,
  restoreFailure,
  restoreReportOf,
  type Start,
  startFailure,
} from "./environment-start.ts";
import { type Init, InvocationRun } from "./invocation-run.ts";
import { type ExtensionFailure, exited, extensionFailed, timedOut } from "./outcome.ts";
import { StartAttempt } from "./start-attempt.ts";

export class Environment {
  readonly #options: EnvironmentOptions;
  #state: "starting" | "broken" | "idle" | "busy" | "ended" = "starting";
  #launched: Launched | undefined;
  #session: ExtensionSession | undefined;
  readonly #attempt: StartAttempt;
  /** It was initialised as for a snapshot: the next invocation restores it first. */
  #awaitsRestore = false;
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
    this.#attempt = new StartAttempt(options.deadlines);
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
      voice.initDone(report);
      this.#init = report;
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
    this.#options.log.startInvocation(invocation.trace);
    const isBroken = this.#state === "broken";
    if (isBroken || this.#awaitsRestore) {
      (isBroken ? this.#startAgain(run) : this.#restore(run)).catch((error: Error) => {
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
    if (!this.#attempt.settle({ kind: "timeout" })) {
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
    const start = await this.#startProcess(timeoutMs);
    if (start?.kind === "ready") {
      await (this.#awaitsRestore
        ? this.#restore(run)
        : this.#begin(run, Math.max(1, timeoutMs - Math.floor(run.elapsedMs()))));
    } else if (start) {
      await this.#giveUp(run, start, startFailure(start, run.requestId, timeoutMs), () => {
        const report = initReportOf(start, roundToHundredths(run.elapsedMs()), "invoke");
        this.#options.voice.initDone(report);
      });
    }
  }

  /** What the runtime's hooks do then is not of the invocation's time. */
  async #restore(run: InvocationRun): Promise<void> {
    const { voice } = this.#options;
    voice.restoreStart();
    const elapsedMs = startStopwatch();
    const restore = async (): Promise<void> => this.#launched?.link.restore();
    const start = await this.#try(RESTORE_TIMEOUT_MS, restore);
    const restoreMs = roundToHundredths(elapsedMs());
    if (start?.kind === "ready") {
      voice.restoreDone(restoreReportOf(start, restoreMs));
      this.#init = { restoreMs };
      run.elapsedMs = startStopwatch();
      this.#begin(run, this.spec.timeoutMs);
    } else if (start) {
      await this.#giveUp(run, start, restoreFailure(start, run.requestId), () =>
        voice.restoreDone(restoreReportOf(start, restoreMs)),
      );
    }
  }

  async #giveUp(
    run: InvocationRun,
    start: FailedStart,
    failure: Failure | undefined,
    tell: () => void,
  ): Promise<void> {
    failRun(run, start, failure, this.#peakMemoryKib);
    await this.#discardProcess(start.kind === "timeout" ? "timeout" : "failure");
    tell();
    this.#options.voice.start(run);
    this.#finish(run);
    this.end();
  }

  #startProcess(timeoutMs: number): Promise<Start | undefined> {
    return this.#try(timeoutMs, async (signal) => {
      this.#launched = await this.#options.launch(this.#listener(), signal);
    });
  }

  /** `undefined` when the environment was ended meanwhile. */
  async #try(
    timeoutMs: number,
    begin: (signal: AbortSignal) => Promise<void>,
  ): Promise<Start | undefined> {
    this.#state = "starting";
    const start = await this.#attempt.make(timeoutMs, begin);
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
      ready: (phases, waitsFor) => this.#onReady(phases, waitsFor),
      initError: (payload) => void this.#attempt.settle({ kind: "error", payload }),
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

  #onReady(phases: RuntimePhases | undefined, waitsFor: "restore" | undefined): void {
    if (this.#attempt.isUnderWay) {
      this.#awaitsRestore = waitsFor === "restore";
      this.#attempt.runtimeIsReady(phases);
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
    if (this.#attempt.isUnderWay && this.#areExtensionsWaiting) {
      this.#attempt.extensionsAreReady();
    } else {
      this.#settleInvoke();
    }
  }

  #onExtensionFailed(failure: ExtensionFailure): void {
    this.#endReason = "failure";
    if (this.#attempt.settle({ kind: "extension", failure })) {
      return;
    }
    const run = this.#run;
    if (run) {
      run.fail(extensionFailed(run.requestId, failure), this.#peakMemoryKib);
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
    const isOfStart = this.#attempt.settle({ kind: "exit", exit });
    if (isOfStart || (this.#state !== "idle" && this.#state !== "busy")) {
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
    if (this.#run === run || this.#trailing === run) {
      run.fail(timedOut(run.requestId, this.spec.timeoutMs), this.#peakMemoryKib);
    }
    this.#endReason = "timeout";
    // The exit of the process finishes the run, after the last of its output.
    this.#launched?.process.kill();
  }

  get #peakMemoryKib(): number {
    return this.#launched?.process.peakMemoryKib() ?? 0;
  }

  /** Answers. What extensions still do belongs to the invocation, and delays the next one. */
  #finish(run: InvocationRun): void {
    if (this.#run !== run) {
      return;
    }
    const { log, logStream, voice } = this.#options;
    this.#run = undefined;
    const peakMemoryKib = run.needsPeakMemory ? this.#peakMemoryKib : 0;
    const report = run.report(this.spec, this.#init, peakMemoryKib);
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
    run.end({ tail, logStream, report });
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
      const overMs = run.sinceAnswerMs();
      const report = run.report(this.spec, this.#init, this.#peakMemoryKib, overMs);
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
