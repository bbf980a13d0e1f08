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
import type { Deadline, Deadlines } from "./deadlines.ts";
import {
  FunctionHostClosed,
  type FunctionSpec,
  type Invocation,
  type InvocationResult,
} from "./function-host.ts";
import {
  type FunctionProcess,
  InvalidEntrypoint,
  type ProcessExit,
  type ProcessListener,
} from "./function-process.ts";
import { InvocationRun } from "./invocation-run.ts";
import type { LogCapture } from "./log-capture.ts";
import { errorMessageOf, errorTypeOf, exited, timedOut } from "./outcome.ts";
import { type PlatformLines, roundToHundredths } from "./report.ts";
import type { RuntimeAnswer, RuntimeLink, RuntimeListener } from "./runtime-link.ts";

/** How long AWS lets the init phase take before it is tried again, in milliseconds. */
const INIT_TIMEOUT_MS = 10_000;
/** The least that environments which are initialised ahead have for it. */
const KEPT_INIT_TIMEOUT_MS = 130_000;
/**
 * How long an answer waits for its runtime to ask for the next invocation, in milliseconds: whoever
 * calls again on hearing the answer shall find the same environment.
 */
const NEXT_GRACE_MS = 20;

export interface Launched {
  readonly process: FunctionProcess;
  readonly link: RuntimeLink;
}

export interface EnvironmentOptions {
  readonly spec: FunctionSpec;
  readonly logStream: string;
  readonly runtimeVersion: string;
  readonly log: LogCapture;
  readonly lines: PlatformLines;
  /** In real time: that is what the process lives in. */
  readonly deadlines: Deadlines;
  readonly launch: (listener: ProcessListener & RuntimeListener) => Promise<Launched>;
  /** It can take an invocation. */
  readonly onIdle: () => void;
  /** It takes no invocation any more. */
  readonly onEnding: () => void;
  /** Its process has ended, and it with it. */
  readonly onEnded: () => void;
}

type Start =
  | { readonly kind: "ready" }
  | { readonly kind: "error"; readonly payload: Buffer }
  | { readonly kind: "exit"; readonly exit: ProcessExit }
  | { readonly kind: "timeout" };

export class Environment {
  readonly #options: EnvironmentOptions;
  #state: "starting" | "broken" | "idle" | "busy" | "ended" = "starting";
  #launched: Launched | undefined;
  #settleStart: ((start: Start) => void) | undefined;
  #run: InvocationRun | undefined;
  /** By when the runtime has to wait for the next invocation. */
  #deadline: Deadline | undefined;
  /** The runtime waits for an invocation, though the last one may not have been reported yet. */
  #isReady = false;
  /** Reported with the first invocation. */
  #initDurationMs: number | undefined;
  #initFailure: string | undefined;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
  }

  get initFailure(): string | undefined {
    return this.#initFailure;
  }

  get spec(): FunctionSpec {
    return this.#options.spec;
  }

  /**
   * Rejects when the function cannot be run here at all: the environment is then to be ended. A
   * start that failed is reported with the next invocation.
   */
  async start(): Promise<void> {
    const { lines, onIdle, runtimeVersion } = this.#options;
    this.#write(lines.initStart(runtimeVersion));
    const elapsedMs = startStopwatch();
    const start = await this.#startProcess(initTimeoutMs(this.spec));
    if (!start) {
      return;
    }
    const durationMs = roundToHundredths(elapsedMs());
    if (start.kind === "ready") {
      this.#initDurationMs = durationMs;
      this.#state = "idle";
    } else {
      this.#initFailure = initFailureOf(start);
      await this.#discardProcess();
      this.#writeInitReport(start, durationMs, "init");
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

  #begin(run: InvocationRun, timeoutMs: number): void {
    const { deadlines, lines } = this.#options;
    const { payload, requestId, invokedArn, trace, clientContext, cognitoIdentity } =
      run.invocation;
    this.#write(lines.start(requestId));
    this.#state = "busy";
    this.#isReady = false;
    this.#deadline = deadlines.set(timeoutMs, () => this.#timeOut(run));
    this.#launched?.link.invoke(
      { requestId, invokedArn, timeoutMs, trace, clientContext, cognitoIdentity },
      payload,
    );
  }

  async #startAgain(run: InvocationRun): Promise<void> {
    const { timeoutMs } = this.spec;
    const start = await this.#startProcess(timeoutMs);
    if (!start) {
      return;
    }
    if (start.kind === "ready") {
      this.#begin(run, Math.max(1, timeoutMs - Math.floor(run.elapsedMs())));
      return;
    }
    const { requestId } = run;
    if (start.kind === "error") {
      run.answer({ kind: "error", payload: start.payload });
    } else {
      const failure =
        start.kind === "exit" ? exited(requestId, start.exit) : timedOut(requestId, timeoutMs);
      run.fail(failure, this.#launched?.process.peakMemoryKib() ?? 0);
    }
    await this.#discardProcess();
    this.#writeInitReport(start, roundToHundredths(run.elapsedMs()), "invoke");
    this.#write(this.#options.lines.start(requestId));
    this.#finish(run);
    this.end();
  }

  /** `undefined` when the environment was ended meanwhile. */
  async #startProcess(timeoutMs: number): Promise<Start | undefined> {
    const { deadlines, launch } = this.#options;
    const started = new Promise<Start>((resolve) => {
      this.#settleStart = resolve;
    });
    const deadline = deadlines.set(timeoutMs, () => this.#settleStart?.({ kind: "timeout" }));
    try {
      this.#launched = await launch(this.#listener());
    } catch (error) {
      if (!(error instanceof InvalidEntrypoint)) {
        deadlines.drop(deadline);
        this.#settleStart = undefined;
        throw error;
      }
      const exit = { status: undefined, signal: undefined, problem: error.message };
      this.#settleStart?.({ kind: "exit", exit });
    }
    const start = await started;
    deadlines.drop(deadline);
    this.#settleStart = undefined;
    if (this.#isEnded()) {
      await this.#leave();
      return undefined;
    }
    return start;
  }

  /** Hears one process. */
  #listener(): ProcessListener & RuntimeListener {
    const { log } = this.#options;
    return {
      output: (source, bytes) => log.output(source, bytes),
      log: (message) => log.message(message),
      ready: () => this.#onReady(),
      initError: (payload) => this.#settleStart?.({ kind: "error", payload }),
      answer: (answer) => this.#onAnswer(answer),
      stream: (contentType) => this.#run?.stream(contentType),
      chunk: (bytes) => this.#run?.chunk(bytes),
      broken: (reason) => {
        log.message(`${reason}\n`);
        this.#launched?.process.kill();
      },
      exit: (exit) => this.#onExit(exit),
    };
  }

  #onReady(): void {
    if (this.#settleStart) {
      this.#settleStart({ kind: "ready" });
      return;
    }
    this.#isReady = true;
    const run = this.#run;
    if (!run) {
      this.#becomeIdle();
    } else if (run.isAnswered) {
      // What the process wrote before is read in this turn at the latest.
      setImmediate(() => this.#finish(run));
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
    this.end();
  }

  #timeOut(run: InvocationRun): void {
    const launched = this.#launched;
    if (this.#run === run) {
      const failure = timedOut(run.requestId, this.spec.timeoutMs);
      run.fail(failure, launched?.process.peakMemoryKib() ?? 0);
    }
    // The exit of the process finishes the run, after the last of its output.
    launched?.process.kill();
  }

  #finish(run: InvocationRun): void {
    if (this.#run !== run) {
      return;
    }
    const { lines, log, logStream } = this.#options;
    const { requestId, invocation, failure } = run;
    this.#run = undefined;
    const peakMemoryKib = run.needsPeakMemory ? this.#launched?.process.peakMemoryKib() : 0;
    const report = run.report(this.spec, this.#initDurationMs, peakMemoryKib ?? 0);
    this.#initDurationMs = undefined;
    log.endLines();
    this.#write(failure && lines.failure(requestId, failure));
    this.#write(lines.end(requestId));
    this.#write(lines.report(requestId, report, invocation.trace));
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
    if (this.#isReady) {
      this.#becomeIdle();
    }
  }

  #becomeIdle(): void {
    if (this.#state === "busy") {
      this.#state = "idle";
      this.#dropDeadline();
      this.#options.onIdle();
    }
  }

  #writeInitReport(start: Start, durationMs: number, phase: "init" | "invoke"): void {
    const { lines, log } = this.#options;
    const status = start.kind === "timeout" ? "timeout" : "error";
    log.endLines();
    this.#write(lines.initReport({ durationMs, phase, status, errorType: startErrorType(start) }));
  }

  #write(line: string | undefined): void {
    if (line !== undefined) {
      this.#options.log.message(line);
    }
  }

  #dropDeadline(): void {
    if (this.#deadline) {
      this.#options.deadlines.drop(this.#deadline);
      this.#deadline = undefined;
    }
  }

  #isEnded(): boolean {
    return this.#state === "ended";
  }

  async #discardProcess(): Promise<void> {
    const launched = this.#launched;
    this.#launched = undefined;
    launched?.process.kill();
    await launched?.process.exited;
    launched?.link.close();
  }

  async #leave(): Promise<void> {
    await this.#discardProcess();
    this.#options.log.flush();
    this.#options.onEnded();
  }
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
function initTimeoutMs(spec: FunctionSpec): number {
  return spec.keptAs === undefined
    ? INIT_TIMEOUT_MS
    : Math.max(KEPT_INIT_TIMEOUT_MS, spec.timeoutMs);
}

/** `Runtime.ImportModuleError: Cannot find module 'x'`. */
function initFailureOf(start: Start): string {
  switch (start.kind) {
    case "error":
      return `${errorTypeOf(start.payload) ?? "Unhandled"}: ${errorMessageOf(start.payload)}`;
    case "exit": {
      const { errorType, errorMessage } = exited("", start.exit);
      return `${errorType}: ${errorMessage.replace("RequestId:  Error: ", "")}`;
    }
    default:
      return "Sandbox.Timedout: The init phase took too long";
  }
}

function startErrorType(start: Start): string | undefined {
  switch (start.kind) {
    case "error":
      return errorTypeOf(start.payload);
    case "exit":
      return exited("", start.exit).errorType;
    default:
      return undefined;
  }
}
