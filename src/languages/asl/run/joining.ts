/** Parallel and Map states: starting threads, and waiting for them. */
import type { Computation } from "../computation.ts";
import type { Json } from "../data/scope.ts";
import type { MapState, ParallelState, State } from "../machine.ts";
import type { Draft } from "./draft.ts";
import type { Failure, JoiningPhase, Thread } from "./execution.ts";
import { Payload } from "./payload.ts";
import { scopeOf } from "./scope.ts";
import { StateError, tooLarge } from "./state-error.ts";
import { removeBelow } from "./stop.ts";
import { argumentsOf, leaveWithResult } from "./task.ts";
import { compute, effectiveInput, evaluate } from "./values.ts";

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html */
const INLINE_CONCURRENCY_MAX = 40;
const NOTHING = Payload.ofJson([]);

export function* startParallel(
  draft: Draft,
  thread: Thread,
  state: ParallelState,
): Computation<void> {
  const input = yield* argumentsOf(draft, thread, state);
  const current = draft.thread(thread.id) ?? thread;
  const startedEventId = draft.record("ParallelStateStarted", current.lastEventId);
  const { length: total } = state.branches;
  const phase: JoiningPhase = {
    kind: "joining",
    startedEventId,
    total,
    done: 0,
    next: total,
    concurrency: total,
  };
  draft.put({ ...current, lastEventId: startedEventId, phase });
  state.branches.forEach(({ startAt }, index) => {
    startThread(draft, current, { index, stateName: startAt, input, lastEventId: startedEventId });
  });
}

function startThread(
  draft: Draft,
  parent: Thread,
  start: Pick<Thread, "index" | "stateName" | "input" | "lastEventId">,
): void {
  const thread = draft.newThread({
    ...start,
    parentId: parent.id,
    variables: {},
    enteredEventId: 0,
    enteredMs: draft.nowMs,
    retries: [],
    phase: { kind: "ready" },
  });
  draft.todo.push({ kind: "enter", threadId: thread.id });
}

export function* startMap(draft: Draft, thread: Thread, state: MapState): Computation<void> {
  const items = yield* itemsOf(draft, thread, state);
  const concurrency = yield* concurrencyOf(draft, thread, state);
  const current = draft.thread(thread.id) ?? thread;
  const startedEventId = draft.record("MapStateStarted", current.lastEventId, {
    length: items.length,
  });
  const phase: JoiningPhase = {
    kind: "joining",
    startedEventId,
    total: items.length,
    done: 0,
    next: 0,
    concurrency,
  };
  const started = draft.put({ ...current, lastEventId: startedEventId, phase });
  if (items.length === 0) {
    const done = draft.record("MapStateSucceeded", startedEventId);
    yield* leaveWithResult(draft, draft.put({ ...started, lastEventId: done }), state, NOTHING);
    return;
  }
  draft.setItems(thread.id, Payload.ofJson(items));
  for (let index = 0; index < Math.min(concurrency, items.length); index += 1) {
    yield* startNextItem(draft, thread.id, state);
  }
}

export function* itemsOf(
  draft: Draft,
  thread: Thread,
  state: MapState,
): Computation<readonly Json[]> {
  const raw = scopeOf(draft, thread, { input: thread.input.json });
  const input = effectiveInput(state, raw);
  const scope = scopeOf(draft, thread, { input });
  const field = { name: "Items", language: state.queryLanguage };
  const items =
    state.items === undefined
      ? input
      : yield* compute({ draft, thread }, { ...field, value: state.items }, scope);
  if (!Array.isArray(items)) {
    throw state.queryLanguage === "JSONata"
      ? new StateError(
          "States.QueryEvaluationError",
          "The field 'Items' must be evaluated to an array.",
        )
      : new StateError(
          "States.Runtime",
          `Reference path "${state.items?.path ?? "$"}" must point to array.`,
        );
  }
  return items as readonly Json[];
}

function* concurrencyOf(draft: Draft, thread: Thread, state: MapState): Computation<number> {
  if (state.maxConcurrency === undefined) {
    return INLINE_CONCURRENCY_MAX;
  }
  const scope = scopeOf(draft, thread, { input: thread.input.json });
  const field = {
    name: "MaxConcurrency",
    value: state.maxConcurrency,
    language: state.queryLanguage,
  };
  const found = yield* compute({ draft, thread }, field, scope);
  if (typeof found !== "number" || !Number.isInteger(found) || found < 0) {
    throw new StateError(
      "States.Runtime",
      `The value of 'MaxConcurrency' must be a non-negative integer, but was: ${JSON.stringify(found)}`,
    );
  }
  return found === 0 ? INLINE_CONCURRENCY_MAX : Math.min(found, INLINE_CONCURRENCY_MAX);
}

function* startNextItem(draft: Draft, threadId: number, state: MapState): Computation<void> {
  const thread = draft.thread(threadId);
  const items = draft.items(threadId);
  if (thread?.phase.kind !== "joining" || items === undefined) {
    return;
  }
  const { phase } = thread;
  const index = phase.next;
  const value = (items.json as readonly Json[])[index] ?? null;
  const iteration = draft.record("MapIterationStarted", phase.startedEventId, {
    name: state.name,
    index,
  });
  draft.put({ ...thread, phase: { ...phase, next: index + 1 } });
  const input = yield* inputOfItem(draft, thread, state, { index, value });
  startThread(draft, thread, {
    index,
    stateName: state.processor.startAt,
    input,
    lastEventId: iteration,
  });
}

export function* inputOfItem(
  draft: Draft,
  thread: Thread,
  state: MapState,
  item: { readonly index: number; readonly value: Json },
): Computation<Payload> {
  if (state.itemSelector === undefined) {
    return Payload.ofJson(item.value);
  }
  const raw = scopeOf(draft, thread, { input: thread.input.json });
  const scope = scopeOf(draft, thread, { input: effectiveInput(state, raw), item });
  const field = {
    name: "ItemSelector",
    value: state.itemSelector,
    language: state.queryLanguage,
  };
  return Payload.ofJson(yield* evaluate({ draft, thread }, field, scope));
}

/** A branch or item is done: its output is kept, and the state left when it was the last. */
export function* joined(draft: Draft, child: Thread, output: Payload): Computation<void> {
  const parent = draft.thread(child.parentId ?? -1);
  if (parent?.phase.kind !== "joining") {
    return;
  }
  const state = draft.stateOf(parent) as MapState | ParallelState;
  const lastEventId =
    state.type === "Map"
      ? draft.record("MapIterationSucceeded", child.lastEventId, {
          name: state.name,
          index: child.index,
        })
      : child.lastEventId;
  draft.remove(child.id);
  draft.setResult(parent.id, child.index, output);
  const phase: JoiningPhase = { ...parent.phase, done: parent.phase.done + 1 };
  const now = draft.put({ ...parent, phase });
  if (phase.done === phase.total) {
    yield* complete(draft, { ...now, lastEventId }, state);
  } else if (state.type === "Map" && phase.next < phase.total) {
    yield* startNextItem(draft, parent.id, state);
  }
}

function* complete(
  draft: Draft,
  thread: Thread,
  state: MapState | ParallelState,
): Computation<void> {
  const texts = draft.results(thread.id).map((result) => result?.text ?? "null");
  const result = Payload.ofText(`[${texts.join(",")}]`);
  draft.clear(thread.id);
  if (result.isTooLarge && state.resultSelector === undefined && !narrows(state)) {
    throw tooLarge(state.name);
  }
  const lastEventId = draft.record(`${state.type}StateSucceeded`, thread.lastEventId);
  yield* leaveWithResult(draft, draft.put({ ...thread, lastEventId }), state, result);
}

/** Of `TestState`: nothing of what the state started is done. */
export function* leaveMocked(
  draft: Draft,
  thread: Thread,
  result: { readonly output: Payload } | { readonly failure: Failure },
): Computation<void> {
  removeBelow(draft, thread.id);
  const state = draft.stateOf(thread) as MapState | ParallelState;
  const alone = draft.put({ ...thread, phase: { kind: "ready" } });
  if ("failure" in result) {
    draft.todo.push({ kind: "failed", threadId: thread.id, failure: result.failure });
  } else {
    yield* leaveWithResult(draft, alone, state, result.output);
  }
}

/** Whether what the threads gave is made smaller before it becomes the output. */
function narrows(state: State & { readonly resultPath: string | null }): boolean {
  return state.output !== undefined || state.resultPath === null || state.outputPath !== "$";
}
