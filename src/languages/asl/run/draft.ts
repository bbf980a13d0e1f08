/**
 * A step in the making: a copy of the execution's state that the states write to, with the history
 * and the effects they leave. Nothing of it is seen from outside before the step is done.
 */
import type { Chance } from "../data/scope.ts";
import type { Machine, State } from "../machine.ts";
import { chanceOf } from "./chance.ts";
import type {
  Changes,
  Effect,
  ExecutionInfo,
  ExecutionState,
  ExecutionStatus,
  Failure,
  Step,
  Thread,
  Wake,
} from "./execution.ts";
import type { EventDetails, HistoryEvent } from "./history.ts";
import type { Payload } from "./payload.ts";

/** What is to be done within this step. */
export type Todo =
  | { readonly kind: "enter"; readonly threadId: number }
  | { readonly kind: "retry"; readonly threadId: number }
  | { readonly kind: "finished"; readonly threadId: number; readonly output: Payload }
  | { readonly kind: "failed"; readonly threadId: number; readonly failure: Failure };

/** Thrown when an execution has as many events as it may have. */
export class HistoryFull extends Error {
  override readonly name = "HistoryFull";
}

export class Draft {
  readonly machine: Machine;
  readonly info: ExecutionInfo;
  readonly nowMs: number;
  readonly chance: Chance;
  readonly todo: Todo[] = [];
  readonly #before: ExecutionState;
  readonly #threads: Map<number, Thread>;
  readonly #items: Map<number, Payload>;
  readonly #results: Map<number, (Payload | undefined)[]>;
  readonly #owned = new Set<number>();
  readonly #changes = {
    threads: new Set<number>(),
    items: new Set<number>(),
    results: [] as { threadId: number; index: number }[],
    cleared: new Set<number>(),
  };
  readonly #effects: Effect[] = [];
  readonly #history: HistoryEvent[] = [];
  #nextThreadId: number;
  #nextEventId: number;
  #nextTicket: number;
  #status: ExecutionStatus;
  #deadline: Wake | undefined;
  #output: Payload | undefined;
  #failure: Failure | undefined;

  constructor(
    machine: Machine,
    info: ExecutionInfo,
    options: { readonly state: ExecutionState; readonly nowMs: number },
  ) {
    const { state, nowMs } = options;
    this.machine = machine;
    this.info = info;
    this.nowMs = nowMs;
    this.chance = chanceOf(info.seed, state.steps, nowMs);
    this.#before = state;
    this.#threads = new Map(state.threads);
    this.#items = new Map(state.items);
    this.#results = new Map(state.results as ReadonlyMap<number, (Payload | undefined)[]>);
    this.#nextThreadId = state.nextThreadId;
    this.#nextEventId = state.nextEventId;
    this.#nextTicket = state.nextTicket;
    this.#status = state.status;
    this.#deadline = state.deadline;
    this.#output = state.output;
    this.#failure = state.failure;
  }

  get status(): ExecutionStatus {
    return this.#status;
  }

  get deadline(): Wake | undefined {
    return this.#deadline;
  }

  get historyLength(): number {
    return this.#history.length;
  }

  stateOf(thread: Thread): State {
    const state = this.machine.states.get(thread.stateName);
    if (state === undefined) {
      throw new Error(`the machine has no state ${thread.stateName}`);
    }
    return state;
  }

  thread(id: number): Thread | undefined {
    return this.#threads.get(id);
  }

  threads(): Iterable<Thread> {
    return this.#threads.values();
  }

  put(thread: Thread): Thread {
    this.#threads.set(thread.id, thread);
    this.#changes.threads.add(thread.id);
    return thread;
  }

  newThread(thread: Omit<Thread, "id">): Thread {
    const id = this.#nextThreadId;
    this.#nextThreadId += 1;
    return this.put({ ...thread, id });
  }

  remove(threadId: number): void {
    this.#threads.delete(threadId);
    this.#changes.threads.add(threadId);
  }

  items(threadId: number): Payload | undefined {
    return this.#items.get(threadId);
  }

  setItems(threadId: number, items: Payload): void {
    this.#items.set(threadId, items);
    this.#changes.items.add(threadId);
  }

  results(threadId: number): readonly (Payload | undefined)[] {
    return this.#results.get(threadId) ?? [];
  }

  setResult(threadId: number, index: number, output: Payload): void {
    let list = this.#results.get(threadId) ?? [];
    if (!this.#owned.has(threadId)) {
      this.#owned.add(threadId);
      list = list.slice();
      this.#results.set(threadId, list);
    }
    list[index] = output;
    this.#changes.results.push({ threadId, index });
  }

  /** The items and results of a thread are no longer wanted. */
  clear(threadId: number): void {
    if (this.#items.delete(threadId) || this.#results.has(threadId)) {
      this.#results.delete(threadId);
      this.#owned.delete(threadId);
      this.#changes.cleared.add(threadId);
    }
  }

  /** Writes an event and returns its id. The last event an execution may have is its end. */
  record(type: string, previousEventId: number, details?: EventDetails): number {
    const id = this.#nextEventId;
    if (id >= this.info.eventsMax) {
      throw new HistoryFull();
    }
    return this.#write(type, previousEventId, details);
  }

  /** An event of the execution's end, for which there is always room. */
  recordEnd(type: string, previousEventId: number, details?: EventDetails): number {
    return this.#write(type, previousEventId, details);
  }

  #write(type: string, previousEventId: number, details: EventDetails | undefined): number {
    const id = this.#nextEventId;
    this.#nextEventId += 1;
    this.#history.push({ id, previousEventId, timestampMs: this.nowMs, type, details });
    return id;
  }

  get lastEventId(): number {
    return this.#nextEventId - 1;
  }

  ticket(): number {
    const ticket = this.#nextTicket;
    this.#nextTicket += 1;
    return ticket;
  }

  effect(effect: Effect): void {
    this.#effects.push(effect);
  }

  wake(threadId: number, atMs: number): Wake {
    const wake = { ticket: this.ticket(), atMs };
    this.#effects.push({ kind: "wake", threadId, wake });
    return wake;
  }

  cancelWake(threadId: number, wake: Wake | undefined): void {
    if (wake !== undefined) {
      this.#effects.push({ kind: "cancel-wake", threadId, wake });
    }
  }

  setDeadline(wake: Wake | undefined): void {
    if (this.#deadline !== undefined) {
      this.#effects.push({ kind: "cancel-deadline", wake: this.#deadline });
    }
    this.#deadline = wake;
    if (wake !== undefined) {
      this.#effects.push({ kind: "deadline", wake });
    }
  }

  end(
    status: ExecutionStatus,
    outcome: { readonly output?: Payload; readonly failure?: Failure },
  ): void {
    this.#status = status;
    this.#output = outcome.output;
    this.#failure = outcome.failure;
    this.todo.length = 0;
  }

  reopen(): void {
    this.#status = "RUNNING";
    this.#output = undefined;
    this.#failure = undefined;
  }

  done(): Step {
    const state: ExecutionState = {
      status: this.#status,
      steps: this.#before.steps + 1,
      threads: this.#threads,
      items: this.#items,
      results: this.#results,
      nextThreadId: this.#nextThreadId,
      nextEventId: this.#nextEventId,
      nextTicket: this.#nextTicket,
      deadline: this.#deadline,
      output: this.#output,
      failure: this.#failure,
    };
    const changes: Changes = this.#changes;
    return { state, changes, effects: this.#effects, history: this.#history };
  }
}
