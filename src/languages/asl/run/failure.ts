/**
 * A state failed: a retrier tries it again, a catcher leads elsewhere, or its machine fails with it.
 * What fails inside a catcher is no longer the state's to handle: otherwise it would catch for ever.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */

import type { Computation } from "../computation.ts";
import type { JsonObject } from "../data/scope.ts";
import type { Catcher, ErrorHandlers, Retrier, State } from "../machine.ts";
import type { Draft } from "./draft.ts";
import type { Failure, Thread } from "./execution.ts";
import { leave } from "./leave.ts";
import { Payload } from "./payload.ts";
import { failureOf, handles, isFatal } from "./state-error.ts";
import { endInFailure, removeBelow } from "./stop.ts";

const MS_PER_SECOND = 1_000;

/** `thread` is at the state that failed; what it waited for is over or called off. */
export function* failed(draft: Draft, thread: Thread, failure: Failure): Computation<void> {
  const state = draft.stateOf(thread);
  const error = failure.error ?? "";
  if (isFatal(failure.error)) {
    endExecution(draft, thread, failure);
    return;
  }
  const handlers = handlersOf(state);
  const retrierAt = handlers.retriers.findIndex(({ errors }) => handles(errors, error));
  const retrier = handlers.retriers[retrierAt];
  const used = thread.retries[retrierAt] ?? 0;
  if (retrier !== undefined && used < retrier.maxAttempts) {
    scheduleRetry(draft, thread, { retrier, at: retrierAt, used });
    return;
  }
  const catcher = handlers.catchers.find(({ errors }) => handles(errors, error));
  if (catcher !== undefined) {
    removeBelow(draft, thread.id);
    yield* caught(draft, thread, { state, catcher, failure });
    return;
  }
  failMachine(draft, thread, failure);
}

const NO_HANDLERS: ErrorHandlers = { retriers: [], catchers: [] };

function handlersOf(state: State): ErrorHandlers {
  return "retriers" in state ? state : NO_HANDLERS;
}

function scheduleRetry(
  draft: Draft,
  thread: Thread,
  { retrier, at, used }: { readonly retrier: Retrier; readonly at: number; readonly used: number },
): void {
  removeBelow(draft, thread.id);
  const delaySeconds = retryDelaySeconds(retrier, used);
  const jitter = retrier.hasJitter ? draft.chance.random() : 1;
  const atMs = draft.nowMs + Math.round(delaySeconds * jitter * MS_PER_SECOND);
  const retries = [...thread.retries];
  retries[at] = used + 1;
  for (let index = 0; index < retries.length; index += 1) {
    retries[index] ??= 0;
  }
  const wake = draft.wake(thread.id, atMs);
  draft.put({ ...thread, retries, phase: { kind: "retrying", wake } });
}

/** Longest delay between two tries, when the definition names none: AWS has no longer one. */
const DELAY_SECONDS_MAX = 31_622_400;

export function retryDelaySeconds(retrier: Retrier, used: number): number {
  const grown = retrier.intervalSeconds * retrier.backoffRate ** used;
  return Math.min(grown, retrier.maxDelaySeconds ?? DELAY_SECONDS_MAX);
}

function* caught(
  draft: Draft,
  thread: Thread,
  caught: { readonly state: State; readonly catcher: Catcher; readonly failure: Failure },
): Computation<void> {
  const { state, catcher, failure } = caught;
  const errorOutput: JsonObject = {
    Error: failure.error ?? "",
    ...(failure.cause !== undefined && { Cause: failure.cause }),
  };
  const index = handlersOf(state).catchers.indexOf(catcher);
  const leaving = draft.thread(thread.id) ?? thread;
  try {
    yield* leave(draft, leaving, state, {
      result: Payload.ofJson(errorOutput),
      states: { errorOutput },
      next: catcher.next,
      assign: catcher.assign,
      output: catcher.output,
      resultPath: catcher.resultPath,
      outputPath: "$",
      field: `Catch[${index}]/`,
    });
  } catch (error) {
    const { enteredEventId } = leaving;
    const second = failureOf(error, { name: state.name, enteredEventId });
    failMachine(draft, draft.thread(thread.id) ?? leaving, second);
  }
}

/** The machine that a thread runs fails: the execution, or the state that waits for the thread. */
function failMachine(draft: Draft, thread: Thread, failure: Failure): void {
  if (thread.parentId === undefined || !isHandledAbove(draft, thread, failure.error ?? "")) {
    endExecution(draft, thread, failure);
    return;
  }
  const { parent, lastEventId } = recordFailureAbove(draft, thread);
  removeBelow(draft, parent.id);
  const at = draft.put({ ...parent, lastEventId });
  draft.todo.push({ kind: "failed", threadId: at.id, failure });
}

function isHandledAbove(draft: Draft, thread: Thread, error: string): boolean {
  for (let at = parentOf(draft, thread); at !== undefined; at = parentOf(draft, at)) {
    const { retriers, catchers } = handlersOf(draft.stateOf(at));
    const { retries } = at;
    const retrierAt = retriers.findIndex(({ errors }) => handles(errors, error));
    const isRetried = (retries[retrierAt] ?? 0) < (retriers[retrierAt]?.maxAttempts ?? 0);
    if (isRetried || catchers.some(({ errors }) => handles(errors, error))) {
      return true;
    }
  }
  return false;
}

function parentOf(draft: Draft, thread: Thread): Thread | undefined {
  return thread.parentId === undefined ? undefined : draft.thread(thread.parentId);
}

/** What the state around a thread has to say of its failure. */
function recordFailureAbove(
  draft: Draft,
  thread: Thread,
): { readonly parent: Thread; readonly lastEventId: number } {
  const parent = parentOf(draft, thread);
  if (parent === undefined) {
    throw new Error(`the thread ${thread.id} has no parent`);
  }
  const state = draft.stateOf(parent);
  let { lastEventId } = thread;
  if (state.type === "Map") {
    const name = state.name;
    lastEventId = draft.record("MapIterationFailed", lastEventId, { name, index: thread.index });
    for (const other of [...draft.threads()]) {
      if (other.parentId === parent.id && other.id !== thread.id) {
        draft.record("MapIterationAborted", other.lastEventId, { name, index: other.index });
      }
    }
  }
  lastEventId = draft.record(`${state.type}StateFailed`, lastEventId);
  return { parent, lastEventId };
}

/**
 * A Parallel or Map state failed by itself, not with a branch or an item (its result is too large,
 * its selector fails): when the execution is redriven, all of it is done again.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 */
function beginAnew(draft: Draft, thread: Thread): void {
  removeBelow(draft, thread.id);
  draft.put({ ...thread, phase: { kind: "ready" } });
}

/**
 * Nothing handles the failure. Errors of the definition (`States.Runtime`) end the execution on the
 * spot; of others every state around says that it failed.
 */
function endExecution(draft: Draft, thread: Thread, failure: Failure): void {
  const current = draft.thread(thread.id) ?? thread;
  let { lastEventId } = current;
  if (current.phase.kind === "joining") {
    beginAnew(draft, current);
  }
  if (!isFatal(failure.error)) {
    for (let at = thread; at.parentId !== undefined; ) {
      const above = recordFailureAbove(draft, { ...at, lastEventId });
      lastEventId = above.lastEventId;
      at = above.parent;
    }
  }
  endInFailure(draft, {
    status: "FAILED",
    type: "ExecutionFailed",
    previousEventId: lastEventId,
    failure,
  });
}
