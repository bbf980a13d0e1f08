/**
 * The start of an environment's process, or its restore, while it is under way: it settles once, with
 * the first outcome there is.
 */

import { exitOfUnstarted, InvalidEntrypoint } from "../processes/function-process.ts";
import { StartAborted } from "../processes/launcher.ts";
import type { RuntimePhases } from "../processes/runtime-link.ts";
import type { Deadlines } from "./deadlines.ts";
import type { Start } from "./environment-start.ts";

export class StartAttempt {
  readonly #deadlines: Deadlines;
  #settle: ((start: Start) => void) | undefined;
  /** The runtime is ready, extensions may not be. */
  #ready: Start | undefined;

  constructor(deadlines: Deadlines) {
    this.#deadlines = deadlines;
  }

  get isUnderWay(): boolean {
    return this.#settle !== undefined;
  }

  /**
   * `begin` is told to give up by its signal when the outcome is not readiness. Rejects as `begin`
   * does, but for what is an outcome.
   */
  async make(timeoutMs: number, begin: (signal: AbortSignal) => Promise<void>): Promise<Start> {
    const abort = new AbortController();
    this.#ready = undefined;
    const outcome = new Promise<Start>((resolve) => {
      this.#settle = (start) => {
        resolve(start);
        if (start.kind !== "ready") {
          abort.abort();
        }
      };
    });
    const deadline = this.#deadlines.set(timeoutMs, () => {
      this.settle({ kind: "timeout" });
    });
    try {
      await begin(abort.signal).catch((error: unknown) => void this.settle(asOutcome(error)));
      return await outcome;
    } finally {
      this.#deadlines.drop(deadline);
      this.#settle = undefined;
    }
  }

  /** `false` when none is under way: then it does nothing. */
  settle(start: Start): boolean {
    this.#settle?.(start);
    return this.isUnderWay;
  }

  runtimeIsReady(phases: RuntimePhases | undefined): void {
    this.#ready = { kind: "ready", phases };
  }

  /** All that the environment starts with beside its runtime waits for an invocation. */
  extensionsAreReady(): void {
    if (this.#ready) {
      this.settle(this.#ready);
    }
  }
}

/** Throws what is none. */
function asOutcome(error: unknown): Start {
  if (error instanceof InvalidEntrypoint || error instanceof StartAborted) {
    return { kind: "exit", exit: exitOfUnstarted(error) };
  }
  throw error;
}
