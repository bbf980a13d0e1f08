/**
 * What becomes of the data in a state, step by step: for `TestState`.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_InspectionData.html
 */
import { type Computation, runComputation } from "../computation.ts";
import { DataError } from "../data/data-error.ts";
import type { Json } from "../data/scope.ts";
import type { Computed, Machine, MapState, State } from "../machine.ts";
import { Batcher } from "./batcher.ts";
import { Draft } from "./draft.ts";
import type { BatchSettings, ExecutionInfo, ExecutionState, Thread } from "./execution.ts";
import { inputOfItem, itemsOf } from "./joining.ts";
import { mergedWithInput } from "./leave.ts";
import { batchedInput, batchSettings, numberOf } from "./map-run.ts";
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
  readonly afterItemsPath?: string;
  readonly afterItemsPointer?: string;
  readonly afterItemSelector?: string;
  readonly afterItemBatcher?: string;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
  readonly maxConcurrency?: number;
}

type Found = { -readonly [K in keyof Inspection]: Inspection[K] };

export interface Inspected {
  /** What the state's work gave, when it succeeded. */
  readonly result: Payload | undefined;
  /** The items that the reader of a Map state gave. */
  readonly readItems: readonly Json[] | undefined;
}

export function inspect(
  execution: {
    readonly machine: Machine;
    readonly info: ExecutionInfo;
    readonly state: ExecutionState;
    readonly nowMs: number;
  },
  thread: Thread,
  inspected: Inspected,
): Inspection | Promise<Inspection> {
  const { machine, info, state, nowMs } = execution;
  return runComputation(inspecting(new Draft(machine, info, { state, nowMs }), thread, inspected));
}

function* inspecting(
  draft: Draft,
  thread: Thread,
  { result, readItems }: Inspected,
): Computation<Inspection> {
  const found: Found = { input: thread.input.text };
  const state = draft.stateOf(thread);
  try {
    if (state.queryLanguage === "JSONPath") {
      const scope = scopeOf(draft, thread, { input: thread.input.json });
      found.afterInputPath = JSON.stringify(effectiveInput(state, scope));
    }
    if (state.type === "Map") {
      yield* inspectItems({ draft, thread, state, found }, readItems);
    }
    if (state.type === "Task" || state.type === "Parallel") {
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

interface MapAt {
  readonly draft: Draft;
  readonly thread: Thread;
  readonly state: MapState;
  readonly found: Found;
}

/** From the items of a Map state to what each iteration, or each batch, gets. */
function* inspectItems(at: MapAt, readItems: readonly Json[] | undefined): Computation<void> {
  const { draft, thread, state, found } = at;
  yield* inspectLimits(at);
  const reader = state.distributed?.reader;
  const items = reader === undefined ? yield* itemsOf(draft, thread, state) : readItems;
  if (items === undefined) {
    return;
  }
  if (reader === undefined && state.queryLanguage === "JSONPath") {
    found.afterItemsPath = JSON.stringify(items);
  }
  if (reader?.config.ItemsPointer !== undefined) {
    found.afterItemsPointer = JSON.stringify(items);
  }
  const inputs: Json[] = [];
  for (const [index, value] of items.entries()) {
    inputs.push((yield* inputOfItem(draft, thread, state, { index, value })).json);
  }
  if (state.itemSelector !== undefined) {
    found.afterItemSelector = JSON.stringify(inputs);
  }
  const settings = yield* batchSettings(draft, thread, state);
  if (settings !== undefined) {
    found.afterItemBatcher = JSON.stringify(batchesOf(inputs, settings));
  }
}

function batchesOf(inputs: readonly Json[], settings: BatchSettings): readonly Json[] {
  const batcher = new Batcher(settings);
  const full = inputs.map((input) => batcher.add(input));
  return [...full, batcher.rest()]
    .filter((batch) => batch !== undefined)
    .map((batch) => batchedInput(batch, settings.input));
}

function* inspectLimits({ draft, thread, state, found }: MapAt): Computation<void> {
  const limit = function* (name: string, value: Computed | undefined): Computation<object> {
    const number = yield* numberOf(draft, thread, state, { name, value });
    return number === undefined ? {} : { [name.charAt(0).toLowerCase() + name.slice(1)]: number };
  };
  Object.assign(
    found,
    yield* limit("MaxConcurrency", state.maxConcurrency),
    yield* limit("ToleratedFailureCount", state.toleratedFailureCount),
    yield* limit("ToleratedFailurePercentage", state.toleratedFailurePercentage),
  );
}

function* inspectResult(
  draft: Draft,
  thread: Thread,
  options: {
    readonly state: State & { readonly resultPath: string | null };
    readonly result: Payload;
    readonly found: Found;
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
