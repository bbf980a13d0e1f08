/**
 * Map states in distributed mode: their items run as executions of their own, which the interpreter
 * asks for and waits for as a whole.
 */
import { type Computation, runComputation } from "../computation.ts";
import { isObject, type Json, type JsonObject } from "../data/scope.ts";
import type { Computed, DistributedMap, Machine, MapState, ObjectAccess } from "../machine.ts";
import { Draft } from "./draft.ts";
import type {
  BatchSettings,
  ExecutionInfo,
  ExecutionState,
  Failure,
  MapRunPhase,
  ObjectSettings,
  Phase,
  RedrivableMapRun,
  Thread,
} from "./execution.ts";
import { itemsOf } from "./joining.ts";
import type { Payload } from "./payload.ts";
import { scopeOf } from "./scope.ts";
import { StateError } from "./state-error.ts";
import { leaveWithResult } from "./task.ts";
import { compute, effectiveInput, evaluate } from "./values.ts";

export function* startMapRun(
  draft: Draft,
  thread: Thread,
  state: MapState,
  distributed: DistributedMap,
): Computation<void> {
  const { reader, writer, executionType, label } = distributed;
  const items = reader === undefined ? yield* itemsOf(draft, thread, state) : undefined;
  const number = function* (
    name: string,
    value: Computed | undefined,
  ): Computation<number | undefined> {
    return yield* numberOf(draft, thread, state, { name, value });
  };
  const settings = {
    executionType,
    label,
    items: items === undefined ? undefined : JSON.stringify(items),
    reader: yield* accessSettings(draft, thread, state, { name: "ItemReader", access: reader }),
    writer: yield* accessSettings(draft, thread, state, { name: "ResultWriter", access: writer }),
    batch: yield* batchSettings(draft, thread, state),
    maxConcurrency: (yield* number("MaxConcurrency", state.maxConcurrency)) ?? 0,
    toleratedFailureCount: yield* number("ToleratedFailureCount", state.toleratedFailureCount),
    toleratedFailurePercentage: yield* number(
      "ToleratedFailurePercentage",
      state.toleratedFailurePercentage,
    ),
  };
  const { info } = draft;
  const [, , , region = "", accountId = ""] = info.arn.split(":");
  const uuid = draft.chance.uuid();
  const mapRunArn = `arn:aws:states:${region}:${accountId}:mapRun:${info.machineName}/${label}:${uuid}`;
  const current = draft.thread(thread.id) ?? thread;
  const started = draft.record("MapStateStarted", current.lastEventId, {
    length: items?.length ?? 0,
  });
  const lastEventId = draft.record("MapRunStarted", started, { mapRunArn });
  const ticket = draft.ticket();
  const phase = { kind: "map-run", ticket, mapRunArn, redrives: 0 } as const;
  draft.put({ ...current, lastEventId, phase });
  const { stateName } = thread;
  draft.effect({ kind: "map-run", threadId: thread.id, ticket, mapRunArn, stateName, settings });
}

function* accessSettings(
  draft: Draft,
  thread: Thread,
  state: MapState,
  { name, access }: { readonly name: string; readonly access: ObjectAccess | undefined },
): Computation<ObjectSettings | undefined> {
  if (access === undefined) {
    return undefined;
  }
  const { resource, config, parameters } = access;
  const language = state.queryLanguage;
  const scope = scopeOf(draft, thread, { input: inputOf(draft, thread, state) });
  const part = language === "JSONPath" ? "Parameters" : "Arguments";
  const field = { name: `${name}/${part}`, value: parameters ?? {}, language };
  const value = yield* evaluate({ draft, thread }, field, scope);
  const maxItems = {
    ...(config.MaxItems !== undefined && { value: config.MaxItems }),
    ...(typeof config.MaxItemsPath === "string" && { path: config.MaxItemsPath }),
  };
  const MaxItems =
    Object.keys(maxItems).length === 0
      ? undefined
      : yield* numberOf(draft, thread, state, { name: `${name}/MaxItems`, value: maxItems });
  return {
    resource,
    config: { ...config, ...(MaxItems !== undefined && { MaxItems }) },
    parameters: isObject(value) ? value : {},
  };
}

function inputOf(draft: Draft, thread: Thread, state: MapState): Json {
  return effectiveInput(state, scopeOf(draft, thread, { input: thread.input.json }));
}

export function* batchSettings(
  draft: Draft,
  thread: Thread,
  state: MapState,
): Computation<BatchSettings | undefined> {
  const batcher = state.distributed?.batcher;
  if (batcher === undefined) {
    return undefined;
  }
  const scope = scopeOf(draft, thread, { input: inputOf(draft, thread, state) });
  const { batchInput } = batcher;
  const language = state.queryLanguage;
  const field = { name: "ItemBatcher/BatchInput", value: batchInput ?? null, language };
  const input =
    batchInput === undefined
      ? undefined
      : JSON.stringify(yield* evaluate({ draft, thread }, field, scope));
  const itemsMax = yield* numberOf(draft, thread, state, {
    name: "MaxItemsPerBatch",
    value: batcher.maxItems,
  });
  const bytesMax = yield* numberOf(draft, thread, state, {
    name: "MaxInputBytesPerBatch",
    value: batcher.maxBytes,
  });
  return { input, itemsMax, bytesMax };
}

export function* numberOf(
  draft: Draft,
  thread: Thread,
  state: MapState,
  { name, value }: { readonly name: string; readonly value: Computed | undefined },
): Computation<number | undefined> {
  if (value === undefined) {
    return undefined;
  }
  const scope = scopeOf(draft, thread, { input: inputOf(draft, thread, state) });
  const field = { name, value, language: state.queryLanguage };
  const found = yield* compute({ draft, thread }, field, scope);
  if (typeof found !== "number" || found < 0) {
    throw new StateError(
      "States.Runtime",
      `The value of '${name}' must be a non-negative number, but was: ${JSON.stringify(found)}`,
    );
  }
  return found;
}

/**
 * The execution is redriven: the run goes on with what did not succeed.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html
 */
export function redriveMapRun(
  draft: Draft,
  thread: Thread,
  { arn: mapRunArn, redrives: before }: RedrivableMapRun,
): void {
  const redrives = before + 1;
  const details = { mapRunArn, redriveCount: redrives };
  const lastEventId = draft.record("MapRunRedriven", thread.lastEventId, details);
  const ticket = draft.ticket();
  draft.put({ ...thread, lastEventId, phase: { kind: "map-run", ticket, mapRunArn, redrives } });
  draft.effect({ kind: "redrive-map-run", threadId: thread.id, ticket, mapRunArn });
}

/** Errors after which a redrive begins the run anew, with the executions that succeeded, too. */
const BEGUN_ANEW: readonly (string | undefined)[] = ["States.DataLimitExceeded", "States.Runtime"];

export function* mapRunEnded(
  draft: Draft,
  thread: Thread & { readonly phase: MapRunPhase },
  result: { readonly output: Payload } | { readonly failure: Failure },
): Computation<void> {
  if ("failure" in result) {
    const { failure } = result;
    const failed = draft.record("MapRunFailed", thread.lastEventId, { ...failure });
    const lastEventId = draft.record("MapStateFailed", failed);
    const { mapRunArn: arn, redrives } = thread.phase;
    const phase: Phase = BEGUN_ANEW.includes(failure.error)
      ? { kind: "ready" }
      : { kind: "map-run-failed", mapRun: { arn, redrives } };
    draft.put({ ...thread, lastEventId, phase });
    draft.todo.push({ kind: "failed", threadId: thread.id, failure });
    return;
  }
  const succeeded = draft.record("MapRunSucceeded", thread.lastEventId);
  const lastEventId = draft.record("MapStateSucceeded", succeeded);
  const state = draft.stateOf(thread) as MapState;
  const done = draft.put({ ...thread, lastEventId, phase: { kind: "ready" } });
  yield* leaveWithResult(draft, done, state, result.output);
}

/** An item, or a batch of them, that an execution is to get. */
export interface RunItem {
  readonly index: number;
  readonly value: Json;
  readonly key?: string | undefined;
  readonly source?: string | undefined;
}

/**
 * What the selector of a Map state makes of an item. Throws what the evaluation of the state's
 * fields throws.
 */
export function selectedItem(
  execution: {
    readonly machine: Machine;
    readonly info: ExecutionInfo;
    readonly state: ExecutionState;
    readonly nowMs: number;
  },
  threadId: number,
  item: RunItem,
): Json | Promise<Json> {
  const { machine, info, state, nowMs } = execution;
  const draft = new Draft(machine, info, { state, nowMs });
  const thread = draft.thread(threadId);
  const map = thread && draft.stateOf(thread);
  if (thread === undefined || map?.type !== "Map" || map.itemSelector === undefined) {
    return item.value;
  }
  const scope = scopeOf(draft, thread, { input: inputOf(draft, thread, map), item });
  const language = map.queryLanguage;
  const field = { name: "ItemSelector", value: map.itemSelector, language };
  return runComputation(evaluate({ draft, thread }, field, scope));
}

/** What an execution of a batch gets. */
export function batchedInput(items: readonly Json[], batchInput: string | undefined): JsonObject {
  return {
    ...(batchInput !== undefined && { BatchInput: JSON.parse(batchInput) as Json }),
    Items: items,
  };
}
