/** Pass, Wait, Choice, Succeed and Fail: states that need nothing from outside but time. */

import type { Computation } from "../computation.ts";
import { readPath } from "../data/paths.ts";
import { fillTemplate } from "../data/payload-template.ts";
import type { Json, Scope } from "../data/scope.ts";
import { timestampMs } from "../data/timestamp.ts";
import type {
  Choice,
  ChoiceState,
  Computed,
  FailState,
  PassState,
  SucceedState,
  WaitState,
} from "../machine.ts";
import type { Draft } from "./draft.ts";
import type { Failure, Thread } from "./execution.ts";
import { leave } from "./leave.ts";
import { Payload } from "./payload.ts";
import { scopeOf } from "./scope.ts";
import { StateError } from "./state-error.ts";
import { compute, effectiveInput, ruleHolds } from "./values.ts";

const MS_PER_SECOND = 1_000;

export function* pass(draft: Draft, thread: Thread, state: PassState): Computation<void> {
  yield* leave(draft, thread, state, {
    result: resultOfPass(draft, thread, state),
    assign: state.assign,
    output: state.output,
    resultPath: state.resultPath,
    outputPath: state.outputPath,
  });
}

function resultOfPass(draft: Draft, thread: Thread, state: PassState): Payload {
  const { input } = thread;
  if (state.result !== undefined) {
    return Payload.ofJson(state.result);
  }
  if (state.parameters === undefined && state.inputPath === "$") {
    return input;
  }
  const scope = scopeOf(draft, thread, { input: input.json });
  const effective = effectiveInput(state, scope);
  if (state.parameters === undefined) {
    return Payload.ofJson(effective);
  }
  const inner = scopeOf(draft, thread, { input: effective });
  return Payload.ofJson(fillTemplate(state.parameters, inner));
}

export function* choose(draft: Draft, thread: Thread, state: ChoiceState): Computation<void> {
  const raw = scopeOf(draft, thread, { input: thread.input.json });
  const effective = effectiveInput(state, raw);
  const scope = effective === raw.input ? raw : scopeOf(draft, thread, { input: effective });
  const result = effective === raw.input ? thread.input : Payload.ofJson(effective);
  for (const [index, choice] of state.choices.entries()) {
    const options = { language: state.queryLanguage, scope, index };
    if (yield* ruleHolds({ draft, thread }, choice.rule, options)) {
      yield* leaveChoice(draft, thread, { state, result, choice, field: `Choices[${index}]/` });
      return;
    }
  }
  if (state.defaultNext === undefined) {
    throw new StateError(
      "States.NoChoiceMatched",
      "Failed to transition out of the state. The state does not point to a next state.",
    );
  }
  const { assign, defaultNext: next } = state;
  const choice = { rule: null, next, assign, output: undefined };
  yield* leaveChoice(draft, thread, { state, result, choice, field: "" });
}

function* leaveChoice(
  draft: Draft,
  thread: Thread,
  chosen: {
    readonly state: ChoiceState;
    readonly result: Payload;
    readonly choice: Choice;
    readonly field: string;
  },
): Computation<void> {
  const { state, result, choice } = chosen;
  yield* leave(draft, thread, state, {
    result,
    next: choice.next,
    assign: choice.assign,
    output: choice.output ?? state.output,
    resultPath: "$",
    outputPath: state.outputPath,
    field: choice.output === undefined && choice.assign === undefined ? "" : chosen.field,
  });
}

/** Leaves at once when the time has come already; otherwise the thread waits. */
export function* wait(draft: Draft, thread: Thread, state: WaitState): Computation<void> {
  const raw = scopeOf(draft, thread, { input: thread.input.json });
  const scope = scopeOf(draft, thread, { input: effectiveInput(state, raw) });
  const atMs =
    state.timestamp === undefined
      ? draft.nowMs + (yield* secondsToWait({ draft, thread }, state, scope)) * MS_PER_SECOND
      : yield* timestampToWaitFor({ draft, thread }, state, state.timestamp, scope);
  if (atMs <= draft.nowMs) {
    yield* leaveWait(draft, draft.thread(thread.id) ?? thread, state);
    return;
  }
  const wake = draft.wake(thread.id, atMs);
  draft.put({ ...(draft.thread(thread.id) ?? thread), phase: { kind: "waiting", wake } });
}

export function* leaveWait(draft: Draft, thread: Thread, state: WaitState): Computation<void> {
  const raw = scopeOf(draft, thread, { input: thread.input.json });
  const effective = effectiveInput(state, raw);
  yield* leave(draft, thread, state, {
    result: effective === raw.input ? thread.input : Payload.ofJson(effective),
    assign: state.assign,
    output: state.output,
    resultPath: "$",
    outputPath: state.outputPath,
  });
}

interface At {
  readonly draft: Draft;
  readonly thread: Thread;
}

const SECONDS_MAX = 99_999_999;

function* secondsToWait(at: At, state: WaitState, scope: Scope): Computation<number> {
  const value = state.seconds ?? { value: 0 };
  const field = { name: "Seconds", value, language: state.queryLanguage };
  const found = yield* compute(at, field, scope);
  if (typeof found !== "number" || !Number.isInteger(found)) {
    throw new StateError(
      "States.Runtime",
      value.path === undefined
        ? `The value of 'Seconds' must be an integer, but was: ${JSON.stringify(found)}`
        : `The SecondsPath parameter cannot be parsed as a long value: ${value.path} == ${JSON.stringify(found)}`,
    );
  }
  if (found < 0 || found > SECONDS_MAX) {
    throw new StateError(
      "States.Runtime",
      `The value of 'Seconds' must be between 0 and ${SECONDS_MAX}, but was: ${found}`,
    );
  }
  return found;
}

function* timestampToWaitFor(
  at: At,
  state: WaitState,
  value: Computed,
  scope: Scope,
): Computation<number> {
  const field = { name: "Timestamp", value, language: state.queryLanguage };
  const found = yield* compute(at, field, scope);
  const ms = typeof found === "string" ? timestampMs(found) : undefined;
  if (ms === undefined) {
    throw new StateError(
      "States.Runtime",
      value.path === undefined
        ? `The value of 'Timestamp' is not a valid timestamp: ${JSON.stringify(found)}`
        : `The TimestampPath parameter does not reference a valid ISO-8601 extended offset ` +
            `date-time format string: ${value.path} == ${typeof found === "string" ? found : JSON.stringify(found)}`,
    );
  }
  return ms;
}

export function* succeed(draft: Draft, thread: Thread, state: SucceedState): Computation<void> {
  const raw = scopeOf(draft, thread, { input: thread.input.json });
  const effective = effectiveInput(state, raw);
  yield* leave(draft, thread, state, {
    result: effective === raw.input ? thread.input : Payload.ofJson(effective),
    assign: undefined,
    output: state.output,
    resultPath: "$",
    outputPath: state.outputPath,
  });
}

export function* fail(draft: Draft, thread: Thread, state: FailState): Computation<void> {
  const scope = scopeOf(draft, thread, { input: thread.input.json });
  const error = yield* failText({ draft, thread }, state, "Error", scope);
  const cause = yield* failText({ draft, thread }, state, "Cause", scope);
  const failure: Failure = { error, cause };
  draft.todo.push({ kind: "failed", threadId: thread.id, failure });
}

function* failText(
  at: At,
  state: FailState,
  name: "Error" | "Cause",
  scope: Scope,
): Computation<string | undefined> {
  const value = name === "Error" ? state.error : state.cause;
  if (value === undefined) {
    return undefined;
  }
  const found: Json =
    value.path === undefined
      ? yield* compute(at, { name, value, language: state.queryLanguage }, scope)
      : readPath(value.path, scope, `${name}Path`);
  if (typeof found !== "string") {
    throw new StateError(
      "States.Runtime",
      `The value of '${name}${value.path === undefined ? "" : "Path"}' must be a string, but was: ${JSON.stringify(found)}`,
    );
  }
  return found;
}
