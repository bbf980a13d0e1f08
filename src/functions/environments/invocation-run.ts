/** One invocation while it runs: what came back so far, and what it makes of it in the end. */
import { type Stopwatch, startStopwatch } from "../../platform/stopwatch.ts";
import { RESPONSE_SIZE_MAX } from "../bootstraps/frames.ts";
import type {
  FunctionSpec,
  InitPhases,
  Invocation,
  InvocationReport,
  InvocationResult,
} from "../function-host.ts";
import type { RuntimeDone, Span } from "../logs/platform-records.ts";
import { billedDurationMs, type Failure, roundToHundredths } from "../logs/report.ts";
import type { RuntimeAnswer } from "../processes/runtime-link.ts";
import { errorPayload, errorTypeOf, responseTooLarge } from "./outcome.ts";

/** The init phase, or the restore phase in its place, of which the first invocation tells. */
export interface Init {
  readonly durationMs?: number;
  readonly phases?: InitPhases | undefined;
  readonly restoreMs?: number;
}

export class InvocationRun {
  readonly invocation: Invocation;
  readonly result: Promise<InvocationResult>;
  resolve: (result: InvocationResult) => void = () => undefined;
  reject: (error: Error) => void = () => undefined;
  /** Begins again when its environment had to be restored first. */
  elapsedMs: Stopwatch = startStopwatch();
  #answer: RuntimeAnswer | undefined;
  #failure: Failure | undefined;
  #durationMs: number | undefined;
  #peakMemoryKib = 0;
  #isOutOfMemory = false;
  #streamedContentType: string | undefined;
  #chunks: Buffer[] = [];
  #chunksSize = 0;
  /** When the first byte of the response came, from the start; for a buffered one with all of it. */
  #latencyMs: number | undefined;

  constructor(invocation: Invocation) {
    this.invocation = invocation;
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** The first answer or failure counts; `false` when there was one. */
  answer(answer: RuntimeAnswer): boolean {
    if (this.#answer || this.#failure) {
      return false;
    }
    this.#answer = answer;
    this.#durationMs = this.elapsedMs();
    return true;
  }

  /** After an answer it tells how the process ended, and the answer stands. */
  fail(failure: Failure, peakMemoryKib: number): void {
    this.#failure ??= failure;
    this.#durationMs ??= Math.max(this.elapsedMs(), failure.timeoutMs ?? 0);
    this.#peakMemoryKib = peakMemoryKib;
  }

  /** It is ended for its memory: what it used is what it had. */
  usedAllMemory(): void {
    this.#isOutOfMemory = true;
  }

  stream(contentType: string): void {
    this.#streamedContentType = contentType;
    this.#latencyMs = this.elapsedMs();
    this.invocation.stream?.start(contentType);
  }

  chunk(bytes: Buffer): void {
    this.#chunksSize += bytes.length;
    if (this.invocation.stream) {
      this.invocation.stream.chunk(bytes);
      return;
    }
    if (this.#chunksSize <= RESPONSE_SIZE_MAX) {
      this.#chunks.push(bytes);
    }
  }

  get isAnswered(): boolean {
    return this.#answer !== undefined;
  }

  /** The process did not say how much memory it used. */
  get needsPeakMemory(): boolean {
    return this.#answer?.peakMemoryKib === undefined && this.#peakMemoryKib === 0;
  }

  /** How its answer came, on the cloud's clock: for those who subscribed to it. */
  runtimeDone(nowMs: number): RuntimeDone {
    const { trace } = this.invocation;
    const [answer, endMs] = [this.#answer, this.#durationMs];
    if (!answer || endMs === undefined) {
      return { trace, spans: [], producedBytes: this.#chunksSize };
    }
    const nowAtMs = this.elapsedMs();
    const latencyMs = this.#latencyMs ?? endMs;
    const span = (name: string, fromMs: number, toMs: number): Span => ({
      name,
      start: new Date(nowMs - nowAtMs + fromMs).toISOString(),
      durationMs: roundToHundredths(Math.max(0, toMs - fromMs)),
    });
    return {
      trace,
      spans: [
        span("responseLatency", 0, latencyMs),
        span("responseDuration", latencyMs, endMs),
        span("runtimeOverhead", endMs, nowAtMs),
      ],
      producedBytes: answer.kind === "streamed" ? this.#chunksSize : answer.payload.length,
    };
  }

  /** Since the runtime answered. */
  sinceAnswerMs(): number {
    return Math.max(0, this.elapsedMs() - (this.#durationMs ?? 0));
  }

  get requestId(): string {
    return this.invocation.requestId;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** `overMs` is what extensions took after the runtime had answered. */
  report(spec: FunctionSpec, init: Init | undefined, kib: number, overMs = 0): InvocationReport {
    const durationMs = roundToHundredths((this.#durationMs ?? this.elapsedMs()) + overMs);
    const initDurationMs = init?.durationMs;
    const restoreDurationMs = init?.restoreMs;
    const peakMemoryKib = Math.max(this.#answer?.peakMemoryKib ?? 0, this.#peakMemoryKib, kib);
    const errorType = this.#errorType();
    return {
      durationMs,
      billedDurationMs: billedDurationMs(durationMs, initDurationMs ?? restoreDurationMs),
      memoryMb: spec.memoryMb,
      memoryUsedMaxMb: this.#isOutOfMemory ? spec.memoryMb : Math.ceil(peakMemoryKib / 1024),
      ...(initDurationMs === undefined ? {} : { initDurationMs }),
      ...(restoreDurationMs === undefined ? {} : { restoreDurationMs }),
      ...(init?.phases === undefined ? {} : { initPhases: init.phases }),
      status: this.#failure?.status ?? (this.#isError() ? "error" : "success"),
      ...(errorType === undefined ? {} : { errorType }),
    };
  }

  end(outcome: {
    /** The end of the log: put together when somebody asks for it. */
    readonly tail: () => string;
    readonly logStream: string;
    readonly report: InvocationReport;
  }): void {
    const { tail, logStream, report } = outcome;
    this.resolve({
      ...this.payload(),
      get logTail() {
        return tail();
      },
      logStream,
      report,
    });
  }

  payload(): Pick<InvocationResult, "payload" | "functionError" | "streamedContentType"> {
    const payload = this.#payload();
    return {
      payload,
      ...(this.#isError() ? { functionError: "Unhandled" as const } : {}),
      ...(this.#streamedContentType === undefined
        ? {}
        : { streamedContentType: this.#streamedContentType }),
    };
  }

  #payload(): Buffer {
    if (!this.#answer) {
      return this.#failure ? errorPayload(this.#failure) : Buffer.alloc(0);
    }
    if (this.#isTooLarge()) {
      return errorPayload(responseTooLarge(RESPONSE_SIZE_MAX));
    }
    return this.#answer.kind === "streamed" ? Buffer.concat(this.#chunks) : this.#answer.payload;
  }

  #isError(): boolean {
    return this.#answer?.kind === "result" || this.#answer?.kind === "streamed"
      ? this.#isTooLarge()
      : true;
  }

  #isTooLarge(): boolean {
    const isKept = this.#answer?.kind === "streamed" && this.invocation.stream === undefined;
    return isKept && this.#chunksSize > RESPONSE_SIZE_MAX;
  }

  #errorType(): string | undefined {
    return this.#isError() ? errorTypeOf(this.#payload()) : this.#failure?.errorType;
  }
}
