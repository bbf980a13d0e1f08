/** Leaving a state: variables, output, the next state or the end of the thread. */

import type { Computation } from "../computation.ts";
import { readPath, writePath } from "../data/paths.ts";
import type { Json, JsonObject } from "../data/scope.ts";
import type { State } from "../machine.ts";
import type { Draft } from "./draft.ts";
import type { Thread } from "./execution.ts";
import { PAYLOAD_BYTES_MAX, Payload } from "./payload.ts";
import { scopeOf } from "./scope.ts";
import { StateError, tooLarge } from "./state-error.ts";
import { evaluate } from "./values.ts";

export interface Leaving {
  /** What `Assign` and `Output` see besides the input; in JSONPath what `$` is in `Assign`. */
  readonly result: Payload | undefined;
  readonly states?: Readonly<Record<string, Json>>;
  /** `undefined`: as the state says. */
  readonly next?: string | undefined;
  readonly assign: Json | undefined;
  /** JSONata. */
  readonly output: Json | undefined;
  /** JSONPath: where the result goes into the raw input. */
  readonly resultPath: string | null;
  readonly outputPath: string | null;
  /** In messages about `Output` and `Assign`: empty, or `Choices[0]/`. */
  readonly field?: string;
}

/** A state did its work. */
export function* leave(
  draft: Draft,
  thread: Thread,
  state: State,
  leaving: Leaving,
): Computation<void> {
  const { variables, assigned } = yield* assign(draft, thread, state, leaving);
  const output = yield* outputOf(draft, thread, state, leaving);
  if (output.isTooLarge) {
    throw tooLarge(state.name);
  }
  const current = draft.thread(thread.id) ?? thread;
  const eventId = draft.record(`${state.type}StateExited`, current.lastEventId, {
    name: state.name,
    output,
    assignedVariables: assigned,
  });
  const next = leaving.next ?? state.next;
  const left: Thread = { ...current, variables, lastEventId: eventId, retries: NO_RETRIES };
  if (next === undefined) {
    draft.put(left);
    draft.todo.push({ kind: "finished", threadId: thread.id, output });
  } else {
    draft.put({ ...left, stateName: next, input: output, phase: { kind: "ready" } });
    draft.todo.push({ kind: "enter", threadId: thread.id });
  }
}

export const NO_RETRIES: readonly number[] = [];

function* assign(
  draft: Draft,
  thread: Thread,
  state: State,
  leaving: Leaving,
): Computation<{ variables: JsonObject; assigned?: Readonly<Record<string, string>> }> {
  if (leaving.assign === undefined) {
    return { variables: thread.variables };
  }
  const isPath = state.queryLanguage === "JSONPath";
  const input = (isPath ? (leaving.result ?? thread.input) : thread.input).json;
  const scope = scopeOf(draft, thread, {
    input,
    ...(leaving.states !== undefined && { states: leaving.states }),
  });
  const name = `${leaving.field ?? ""}Assign`;
  const value = leaving.assign;
  const field = { name, value, language: state.queryLanguage };
  const values = (yield* evaluate({ draft, thread }, field, scope)) as JsonObject;
  const assigned = Object.entries(values).map(([variable, given]): [string, string] => {
    const text = JSON.stringify(given);
    if (Buffer.byteLength(text) > PAYLOAD_BYTES_MAX) {
      throw new StateError(
        "States.DataLimitExceeded",
        `The variable '${variable}' exceeds the maximum number of bytes service limit.`,
      );
    }
    return [variable, text];
  });
  return {
    variables: { ...thread.variables, ...values },
    assigned: Object.fromEntries(assigned),
  };
}

function* outputOf(
  draft: Draft,
  thread: Thread,
  state: State,
  leaving: Leaving,
): Computation<Payload> {
  const { states, result } = leaving;
  if (state.queryLanguage === "JSONata") {
    if (leaving.output === undefined) {
      return result ?? thread.input;
    }
    const scope = scopeOf(draft, thread, {
      input: thread.input.json,
      ...(states !== undefined && { states }),
    });
    const name = `${leaving.field ?? ""}Output`;
    const field = { name, value: leaving.output, language: state.queryLanguage };
    return Payload.ofJson(yield* evaluate({ draft, thread }, field, scope));
  }
  const merged = mergedWithInput(thread.input, result, leaving.resultPath);
  if (leaving.outputPath === "$") {
    return merged;
  }
  if (leaving.outputPath === null) {
    return Payload.ofJson({});
  }
  const scope = scopeOf(draft, thread, { input: merged.json });
  return Payload.ofJson(readPath(leaving.outputPath, scope, "OutputPath"));
}

/** The raw input with the result where `ResultPath` says. */
export function mergedWithInput(
  input: Payload,
  result: Payload | undefined,
  resultPath: string | null,
): Payload {
  if (result === undefined || resultPath === null) {
    return input;
  }
  return resultPath === "$"
    ? result
    : Payload.ofJson(writePath(resultPath, input.json, result.json));
}
