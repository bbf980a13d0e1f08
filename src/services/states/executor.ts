/**
 * Takes the steps of Standard executions.
 *
 * Invariants:
 * E1  A step's state, history, wakes, tasks, and what else follows from it (the row of the job that
 *     caused it goes, the execution that waits for this one is told) are one commit.
 * E2  A step is computed outside of the transaction, because expressions may have to be awaited. It
 *     is committed only if nothing happened to the execution in between; else it is computed again.
 * E3  What is kept in memory is a copy: losing it costs time.
 */
import type { ExecutionState, Step, StepEvent } from "../../languages/asl/run/execution.ts";
import { step } from "../../languages/asl/run/step.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Store, WriteTx } from "../../store/store.ts";
import { concludeExecution } from "./conclusion.ts";
import type { ExecutionLogs } from "./execution-logs.ts";
import { applyEffects } from "./jobs.ts";
import { type ExecutionId, executionKey, executions, executionText } from "./keys.ts";
import { EXECUTIONS_CACHED_MAX } from "./limits.ts";
import { type LoadedExecution, loadExecution } from "./loaded-execution.ts";
import type { MachineCache } from "./machine-cache.ts";
import { writeStep } from "./saved-execution.ts";

export interface Executor {
  /**
   * Brings an event to an execution. `also` runs in the same transaction, even when the event comes
   * too late to change anything.
   */
  deliver(
    id: ExecutionId,
    event: StepEvent | ((loaded: LoadedExecution) => StepEvent),
    also?: (tx: WriteTx) => void,
  ): Promise<Delivery>;
  load(id: ExecutionId): Promise<LoadedExecution | undefined>;
  /** What a first step made, to spare the next one the reading. */
  remember(loaded: LoadedExecution): void;
}

/** What became of an event. */
export type Delivery = "taken" | "late" | "gone";

export interface ExecutorPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly machines: MachineCache;
  readonly logs: ExecutionLogs;
}

/** A step that finds the execution changed, over and over, is a bug. */
const ATTEMPTS_MAX = 100;

export function createExecutor(ports: ExecutorPorts): Executor {
  return new StandardExecutor(ports);
}

class StandardExecutor implements Executor {
  readonly #ports: ExecutorPorts;
  readonly #known = new Map<string, LoadedExecution>();
  /** The end of the queue of each execution that has one. */
  readonly #queues = new Map<string, Promise<unknown>>();

  constructor(ports: ExecutorPorts) {
    this.#ports = ports;
  }

  deliver(
    id: ExecutionId,
    event: StepEvent | ((loaded: LoadedExecution) => StepEvent),
    also?: (tx: WriteTx) => void,
  ): Promise<Delivery> {
    return this.#inTurn(executionText(id), () => this.#take(id, event, also));
  }

  async load(id: ExecutionId): Promise<LoadedExecution | undefined> {
    return this.#ports.store.read((tx) => loadExecution(tx, id, this.#ports.machines));
  }

  remember(loaded: LoadedExecution): void {
    const text = executionText(loaded.id);
    this.#known.delete(text);
    if (loaded.state.status !== "RUNNING") {
      return;
    }
    this.#known.set(text, loaded);
    const [oldest] = this.#known.size > EXECUTIONS_CACHED_MAX ? this.#known.keys() : [];
    if (oldest !== undefined) {
      this.#known.delete(oldest);
    }
  }

  /** Events of one execution wait for each other. */
  async #inTurn<T>(text: string, body: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(text);
    const mine = (before ?? Promise.resolve()).then(body, body);
    this.#queues.set(text, mine);
    try {
      return await mine;
    } finally {
      if (this.#queues.get(text) === mine) {
        this.#queues.delete(text);
      }
    }
  }

  async #take(
    id: ExecutionId,
    event: StepEvent | ((loaded: LoadedExecution) => StepEvent),
    also: ((tx: WriteTx) => void) | undefined,
  ): Promise<Delivery> {
    const text = executionText(id);
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const loaded = this.#known.get(text) ?? (await this.load(id));
      if (loaded === undefined) {
        await this.#alone(also);
        return "gone";
      }
      const happens = typeof event === "function" ? event(loaded) : event;
      const nowMs = this.#ports.clock.nowMs();
      const at = happens.kind === "redrive" ? redriven(loaded, nowMs) : loaded;
      const { machine, info, state } = at;
      const computed = step({ machine, info, state, event: happens, nowMs });
      const taken = computed instanceof Promise ? await computed : computed;
      if (taken === undefined) {
        await this.#alone(also);
        return "late";
      }
      if (await this.#commit(at, taken, also)) {
        return "taken";
      }
      this.#known.delete(text);
    }
    throw new Error(`the execution ${text} changed ${ATTEMPTS_MAX} times while it took one step`);
  }

  async #alone(also: ((tx: WriteTx) => void) | undefined): Promise<void> {
    if (also !== undefined) {
      await this.#ports.store.write(also);
    }
  }

  /** False when the execution is no longer the one the step was computed from. */
  async #commit(
    loaded: LoadedExecution,
    taken: Step,
    also: ((tx: WriteTx) => void) | undefined,
  ): Promise<boolean> {
    const { id } = loaded;
    const record = await this.#ports.store.write((tx) => {
      const now = executions.get(tx, executionKey(id));
      if (now === undefined || now.steps !== loaded.record.steps) {
        return undefined;
      }
      const { redriveCount, redrivenMs } = loaded.record;
      const written = commitStep(
        tx,
        { ...loaded, record: { ...now, redriveCount, redrivenMs } },
        taken,
      );
      also?.(tx);
      return written;
    });
    if (record === undefined) {
      return false;
    }
    this.#ports.logs.write(loaded, taken.history);
    this.remember({ ...loaded, record, state: taken.state as ExecutionState });
    return true;
  }
}

function redriven(loaded: LoadedExecution, nowMs: number): LoadedExecution {
  const redriveCount = loaded.record.redriveCount + 1;
  return {
    ...loaded,
    record: { ...loaded.record, redriveCount, redrivenMs: nowMs },
    info: { ...loaded.info, redriveCount, redrivenMs: nowMs },
  };
}

/** Everything of a step but what `also` does. */
export function commitStep(
  tx: WriteTx,
  loaded: LoadedExecution,
  taken: Step,
): LoadedExecution["record"] {
  const { id } = loaded;
  const record = writeStep(tx, id, loaded.record, taken);
  applyEffects(tx, id, taken.effects, record.trace);
  if (record.status !== "RUNNING") {
    concludeExecution(tx, loaded, { record, state: taken.state });
  }
  return record;
}
