/**
 * What becomes of the data in a state, step by step: for `TestState`.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_InspectionData.html
 */

import { type Computation, runComputation } from "../computation.ts";
import { DataError } from "../data/data-error.ts";
import type { Machine, State } from "../machine.ts";
import { Draft } from "./draft.ts";
import type { ExecutionInfo, ExecutionState, Thread } from "./execution.ts";
import { mergedWithInput } from "./leave.ts";
import { Payload } from "./payload.ts";
import { scopeOf } from "./scope.ts";
import { StateError } from "./state-error.ts";
import { argumentsOf } from "./task.ts";
import { effectiveInput, evaluate } from "./values.ts";

/** JSON texts; what was not reached, or does not apply, is absent. */
export interface Inspection {
  readonly input?: string;
  readonly afterInputPath?: string;
  readonly afterParameters?: string;
  readonly afterArguments?: string;
  readonly result?: string;
  readonly afterResultSelector?: string;
  readonly afterResultPath?: string;
}

/** `result`: what the state's work gave, when it succeeded. */
export function inspect(
  execution: {
    readonly machine: Machine;
    readonly info: ExecutionInfo;
    readonly state: ExecutionState;
    readonly nowMs: number;
  },
  thread: Thread,
  result: Payload | undefined,
): Inspection | Promise<Inspection> {
  const { machine, info, state, nowMs } = execution;
  return runComputation(inspecting(new Draft(machine, info, { state, nowMs }), thread, result));
}

function* inspecting(
  draft: Draft,
  thread: Thread,
  result: Payload | undefined,
): Computation<Inspection> {
  const found: { -readonly [K in keyof Inspection]: Inspection[K] } = { input: thread.input.text };
  const state = draft.stateOf(thread);
  try {
    if (state.queryLanguage === "JSONPath") {
      const scope = scopeOf(draft, thread, { input: thread.input.json });
      found.afterInputPath = JSON.stringify(effectiveInput(state, scope));
    }
    if (state.type === "Task") {
      const given = yield* argumentsOf(draft, thread, state);
      found[state.queryLanguage === "JSONPath" ? "afterParameters" : "afterArguments"] = given.text;
    }
    if (result !== undefined && "resultPath" in state) {
      found.result = result.text;
      yield* inspectResult(draft, thread, { state, result, found });
    }
  } catch (error) {
    if (!(error instanceof DataError) && !(error instanceof StateError)) {
      throw error;
    }
  }
  return found;
}

function* inspectResult(
  draft: Draft,
  thread: Thread,
  options: {
    readonly state: State & { readonly resultPath: string | null };
    readonly result: Payload;
    readonly found: { -readonly [K in keyof Inspection]: Inspection[K] };
  },
): Computation<void> {
  const { state, result, found } = options;
  if (state.queryLanguage === "JSONata") {
    return;
  }
  const selector = "resultSelector" in state ? state.resultSelector : undefined;
  let selected = result;
  if (selector !== undefined) {
    const scope = scopeOf(draft, thread, { input: result.json });
    const field = { name: "ResultSelector", value: selector, language: state.queryLanguage };
    selected = Payload.ofJson(yield* evaluate({ draft, thread }, field, scope));
  }
  found.afterResultSelector = selected.text;
  found.afterResultPath = mergedWithInput(thread.input, selected, state.resultPath).text;
}
