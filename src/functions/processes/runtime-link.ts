/**
 * What an environment and the runtime in its process say to each other, whichever way it travels:
 * frames to Millrace's own bootstraps, or the Runtime API over HTTP.
 */
import type { InvokeMessage } from "../bootstraps/frames.ts";
import type { InitPhases } from "../function-host.ts";
import type { OutputSource } from "../logs/log-capture.ts";

export interface RuntimeLink {
  invoke(message: InvokeMessage, payload: Uint8Array): void;
  /** Tells a runtime that is ready for a snapshot that it has been restored from one. */
  restore(): void;
  close(): void;
}

/** Bodies are views that the listener copies if it keeps them beyond the call. */
export interface RuntimeListener {
  /**
   * The runtime waits for an invocation: it has started, or finished the last one. The first time it
   * may tell what its start was spent on, in milliseconds. One that was initialised for a snapshot
   * waits to be restored from it instead.
   */
  ready(phases?: RuntimePhases, waitsFor?: "restore"): void;
  /** It could not start, or not go on once it was restored: JSON of the error. */
  initError(error: Buffer): void;
  answer(answer: RuntimeAnswer): void;
  /** The response will come in chunks, its answer at the end without a payload. */
  stream(contentType: string): void;
  chunk(bytes: Buffer): void;
  log(message: string): void;
  output(source: OutputSource, bytes: Buffer): void;
  /** The process broke the protocol. */
  broken(reason: string): void;
}

export type RuntimePhases = Omit<InitPhases, "processMs">;

export interface RuntimeAnswer {
  readonly kind: "result" | "error" | "streamed";
  readonly payload: Buffer;
  /** As the process reports it. */
  readonly peakMemoryKib?: number;
  /** `ready` follows at once. */
  readonly isReady?: boolean;
  /** The process exits after this answer. */
  readonly isLast?: boolean;
}
