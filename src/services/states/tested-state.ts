/** A state by itself, as `TestState` runs it: every state it leads to is the end. */
import { isArray, isObject, type Json, type JsonObject } from "../../languages/asl/data/scope.ts";
import { definitionErrorText, hasErrors } from "../../languages/asl/diagnostic.ts";
import type { Machine, State } from "../../languages/asl/machine.ts";
import { parseMachine } from "../../languages/asl/parse.ts";
import { notSupported } from "../../wire/aws-error.ts";
import type { Input } from "../../wire/operations.ts";
import { findingsOf } from "./definition.ts";
import { invalidDefinition, validationException } from "./errors.ts";
import type { StatesContext } from "./ports.ts";

type Request = Input<"states", "TestState">;

/** Of a definition that is a state without a name. */
const NAMELESS = "State";

export interface TestedState {
  readonly machine: Machine;
  readonly state: State;
}

/** Throws `InvalidDefinition`, and refuses what cannot be tested. */
export function testedState(
  ctx: StatesContext,
  { definition: text, stateName, stateConfiguration }: Request,
): TestedState {
  const definition = objectOf(text);
  const isMachine = isObject(definition.States);
  if (isMachine && stateName === undefined) {
    throw validationException("A state name is required to test a state of a state machine");
  }
  const name = stateName ?? NAMELESS;
  const own = isMachine ? stateIn(definition, name) : definition;
  if (own === undefined) {
    throw validationException(`The state '${name}' is not found in the definition`);
  }
  checkCause(own, stateConfiguration?.errorCausedByState);
  if (isMachine) {
    checkFindings(ctx, text);
  }
  const ends = targetsOf(own).map((target): [string, Json] => [target, { Type: "Succeed" }]);
  const language = own.QueryLanguage ?? definition.QueryLanguage;
  const alone = {
    StartAt: name,
    ...(language !== undefined && { QueryLanguage: language }),
    States: { ...Object.fromEntries(ends), [name]: own },
  };
  const whole = JSON.stringify(alone);
  checkFindings(ctx, whole);
  const machine = parseMachine(JSON.parse(whole) as JsonObject);
  const state = machine.states.get(name);
  if (state === undefined) {
    throw new Error(`the machine has lost its state ${name}`);
  }
  return { machine, state };
}

function checkFindings(ctx: StatesContext, text: string): void {
  const { diagnostics, unsupported } = findingsOf(text, { catalog: ctx.catalog, type: "STANDARD" });
  const errors = diagnostics.filter(({ code }) => code !== "MISSING_TRANSITION_TARGET");
  if (hasErrors(errors)) {
    throw invalidDefinition(definitionErrorText(errors));
  }
  const [refused] = unsupported;
  if (refused !== undefined) {
    throw notSupported("TestState", refused.feature);
  }
}

/** The state that an error is said to come from is one of the branches, or of the item processor. */
function checkCause(state: JsonObject, cause: string | undefined): void {
  if (cause !== undefined && innerState(state, cause) === undefined) {
    throw validationException(
      `The state '${cause}' of errorCausedByState is not found in the tested Map or Parallel state`,
    );
  }
}

function objectOf(text: string): JsonObject {
  try {
    const parsed = JSON.parse(text) as Json;
    if (isObject(parsed)) {
      return parsed;
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : "not JSON";
    throw invalidDefinition(
      `Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: ${message} at null'`,
    );
  }
  throw invalidDefinition(
    "Invalid State Machine Definition: 'MISSING_DESCRIPTION: The definition is not a JSON object at null'",
  );
}

/** At the top, in a branch, or in an item processor. */
function stateIn(machine: JsonObject, name: string): JsonObject | undefined {
  const states = isObject(machine.States) ? machine.States : {};
  const found = Object.hasOwn(states, name) ? states[name] : undefined;
  if (isObject(found)) {
    return found;
  }
  for (const state of Object.values(states)) {
    const below = isObject(state) ? innerState(state, name) : undefined;
    if (below !== undefined) {
      return below;
    }
  }
  return undefined;
}

function innerState(state: JsonObject, name: string): JsonObject | undefined {
  const branches = isArray(state.Branches) ? state.Branches : [];
  for (const machine of [state.ItemProcessor, state.Iterator, ...branches]) {
    const found = isObject(machine) ? stateIn(machine, name) : undefined;
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function targetsOf(state: JsonObject): readonly string[] {
  const listed = [state.Choices, state.Catch].flatMap((list) => (isArray(list) ? list : []));
  const all = [
    state.Next,
    state.Default,
    ...listed.map((item) => (isObject(item) ? item.Next : undefined)),
  ];
  return [...new Set(all.filter((target) => typeof target === "string"))];
}
