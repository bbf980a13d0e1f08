/**
 * The interpreter: what an event makes of an execution.
 *
 * Invariants:
 * A1  Pure: the same machine, execution, event and time give the same step, to the last event of
 *     its history; chance comes from the execution's seed and the number of the step.
 * A2  A step is synchronous unless it meets a JSONata expression.
 * A3  An event that comes too late (its wake was called off, its task is over) changes nothing.
 * A4  A step is bounded: after `TRANSITIONS_MAX` states, or `EVENTS_MAX` events, it leaves the rest
 *     to the next and says so by the effect `continue`.
 * A5  Once an execution is over no event changes it, but `redrive`.
 */
import { type Computation, runComputation } from "../computation.ts";
import type { Machine } from "../machine.ts";
import { Draft, HistoryFull, type Todo } from "./draft.ts";
import type {
  ExecutionInfo,
  ExecutionState,
  Failure,
  Step,
  StepEvent,
  Thread,
} from "./execution.ts";
import { failed } from "./failure.ts";
import { guarded } from "./guarded.ts";
import { joined, startMap, startParallel } from "./joining.ts";
import { redriveMapRun, startMapRun } from "./map-run.ts";
import { ROOT_ID } from "./new-execution.ts";
import { choose, fail, pass, succeed, wait } from "./simple-states.ts";
import { endInFailure, endInSuccess } from "./stop.ts";
import { startTask } from "./task.ts";
import { mapRunEvent, mockedEvent, taskEvent, wakeUp } from "./thread-events.ts";

/** States entered in one step. */
const TRANSITIONS_MAX = 100;
/** Events in one step, after which no other state is entered. */
const EVENTS_MAX = 1_000;
const MS_PER_SECOND = 1_000;

export interface StepInput {
  readonly machine: Machine;
  readonly info: ExecutionInfo;
  readonly state: ExecutionState;
  readonly event: StepEvent;
  readonly nowMs: number;
  /** States entered at most. */
  readonly transitionsMax?: number;
}

/** `undefined`: the event changes nothing. */
export function step(input: StepInput): Step | undefined | Promise<Step | undefined> {
  return runComputation(stepping(input));
}

function* stepping(input: StepInput): Computation<Step | undefined> {
  const { machine, info, state, event, nowMs } = input;
  if ((state.status === "RUNNING") === (event.kind === "redrive")) {
    return undefined;
  }
  const draft = new Draft(machine, info, { state, nowMs });
  try {
    if (!(yield* begin(draft, event))) {
      return undefined;
    }
    yield* work(draft, input.transitionsMax ?? TRANSITIONS_MAX);
  } catch (error) {
    if (!(error instanceof HistoryFull)) {
      throw error;
    }
    endWithFullHistory(draft);
  }
  return draft.done();
}

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html */
function endWithFullHistory(draft: Draft): void {
  endInFailure(draft, {
    status: "FAILED",
    type: "ExecutionFailed",
    previousEventId: draft.lastEventId,
    failure: {
      error: "States.Runtime",
      cause: `The execution reached the maximum number of history events (${draft.info.eventsMax}).`,
    },
  });
}

/** Takes the event in; false when it comes too late. */
function* begin(draft: Draft, event: StepEvent): Computation<boolean> {
  switch (event.kind) {
    case "start":
      start(draft);
      return true;
    case "continue":
      return resume(draft);
    case "redrive":
      redrive(draft);
      return true;
    case "deadline":
      return event.ticket === draft.deadline?.ticket && timeOut(draft);
    case "abort":
      abort(draft, event.failure);
      return true;
    case "wake":
      return yield* wakeUp(draft, event);
    case "map-run-ended":
      return yield* mapRunEvent(draft, event);
    case "mocked":
      return yield* mockedEvent(draft, event);
    default:
      return yield* taskEvent(draft, event);
  }
}

function start(draft: Draft): void {
  const { info, machine, nowMs } = draft;
  draft.record("ExecutionStarted", 0, {
    input: info.input,
    roleArn: info.roleArn,
    stateMachineAliasArn: info.aliasArn,
    stateMachineVersionArn: info.versionArn,
  });
  draft.newThread({
    parentId: undefined,
    index: 0,
    stateName: machine.startAt,
    input: info.input,
    variables: {},
    enteredEventId: 0,
    enteredMs: nowMs,
    lastEventId: 0,
    retries: [],
    phase: { kind: "ready" },
  });
  armDeadline(draft, info.startedMs);
  resume(draft);
}

function armDeadline(draft: Draft, fromMs: number): void {
  const { timeoutSeconds } = draft.machine;
  if (timeoutSeconds !== undefined) {
    draft.setDeadline({ ticket: draft.ticket(), atMs: fromMs + timeoutSeconds * MS_PER_SECOND });
  }
}

/** Every thread that is ready is to enter its state. */
function resume(draft: Draft): boolean {
  for (const thread of draft.threads()) {
    if (thread.phase.kind === "ready") {
      draft.todo.push({ kind: "enter", threadId: thread.id });
    }
  }
  return draft.todo.length > 0;
}

/**
 * Parallel and Map states go on with the branches, items and executions that did not succeed.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 */
function redrive(draft: Draft): void {
  draft.reopen();
  const { redriveCount } = draft.info;
  const lastEventId = draft.record("ExecutionRedriven", draft.lastEventId, { redriveCount });
  for (const thread of [...draft.threads()]) {
    const { phase } = thread;
    if (phase.kind === "joining") {
      draft.put({ ...thread, retries: [] });
    }
    if (phase.kind !== "stopped") {
      continue;
    }
    const again = draft.put({ ...thread, lastEventId, retries: [], phase: { kind: "ready" } });
    if (phase.mapRun !== undefined) {
      redriveMapRun(draft, again, phase.mapRun);
    }
  }
  armDeadline(draft, draft.nowMs);
  resume(draft);
}

function timeOut(draft: Draft): true {
  endInFailure(draft, {
    status: "TIMED_OUT",
    type: "ExecutionTimedOut",
    previousEventId: 0,
    failure: {},
    eventFailure: { error: "States.Timeout" },
  });
  return true;
}

function abort(draft: Draft, failure: Failure): void {
  endInFailure(draft, {
    status: "ABORTED",
    type: "ExecutionAborted",
    previousEventId: draft.lastEventId,
    failure,
  });
}

function* work(draft: Draft, transitionsMax: number): Computation<void> {
  let entered = 0;
  let deferred = false;
  for (let todo = draft.todo.shift(); todo !== undefined; todo = draft.todo.shift()) {
    if (todo.kind === "enter") {
      if (entered >= transitionsMax || draft.historyLength >= EVENTS_MAX) {
        deferred = true;
        continue;
      }
      entered += 1;
    }
    yield* perform(draft, todo);
  }
  if (deferred && draft.status === "RUNNING") {
    draft.effect({ kind: "continue" });
  }
}

function* perform(draft: Draft, todo: Todo): Computation<void> {
  const thread = draft.thread(todo.threadId);
  if (thread === undefined) {
    return;
  }
  switch (todo.kind) {
    case "enter":
      yield* enter(draft, thread);
      break;
    case "retry":
      yield* guarded(draft, thread, workOn(draft, thread));
      break;
    case "finished":
      if (thread.parentId === undefined) {
        endInSuccess(draft, thread, todo.output);
      } else {
        yield* finish(draft, thread, todo);
      }
      break;
    case "failed":
      yield* guarded(draft, thread, failed(draft, thread, todo.failure));
      break;
  }
}

/** What goes wrong when a branch is joined goes wrong in the state that waits for it. */
function* finish(
  draft: Draft,
  thread: Thread,
  todo: Extract<Todo, { readonly kind: "finished" }>,
): Computation<void> {
  const parent = draft.thread(thread.parentId ?? ROOT_ID);
  if (parent !== undefined) {
    yield* guarded(draft, parent, joined(draft, thread, todo.output));
  }
}

function* enter(draft: Draft, thread: Thread): Computation<void> {
  const state = draft.stateOf(thread);
  const eventId = draft.record(`${state.type}StateEntered`, thread.lastEventId, {
    name: state.name,
    input: thread.input,
  });
  const entered = draft.put({
    ...thread,
    enteredEventId: eventId,
    enteredMs: draft.nowMs,
    lastEventId: eventId,
  });
  yield* guarded(draft, entered, workOn(draft, entered));
}

function* workOn(draft: Draft, thread: Thread): Computation<void> {
  const state = draft.stateOf(thread);
  switch (state.type) {
    case "Pass":
      return yield* pass(draft, thread, state);
    case "Task":
      return yield* startTask(draft, thread, state);
    case "Choice":
      return yield* choose(draft, thread, state);
    case "Wait":
      return yield* wait(draft, thread, state);
    case "Succeed":
      return yield* succeed(draft, thread, state);
    case "Fail":
      return yield* fail(draft, thread, state);
    case "Parallel":
      return yield* startParallel(draft, thread, state);
    case "Map":
      return state.distributed === undefined
        ? yield* startMap(draft, thread, state)
        : yield* startMapRun(draft, thread, state, state.distributed);
  }
}
