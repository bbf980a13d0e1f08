/** A state by itself, as `TestState` runs it: every state it leads to is the end. */
import { isArray, isObject, type Json, type JsonObject } from "../../languages/asl/data/scope.ts";
import { definitionErrorText, hasErrors } from "../../languages/asl/diagnostic.ts";
import type { Machine, State } from "../../languages/asl/machine.ts";
import { parseMachine } from "../../languages/asl/parse.ts";
import { notSupported } from "../../wire/aws-error.ts";
import { findingsOf } from "./definition.ts";
import { invalidDefinition, validationException } from "./errors.ts";
import type { StatesContext } from "./ports.ts";

/** Of a definition that is a state without a name. */
const NAMELESS = "State";
const TESTABLE = ["Pass", "Task", "Choice", "Wait", "Succeed", "Fail"];

export interface TestedState {
  readonly machine: Machine;
  readonly state: State;
}

/** Throws `InvalidDefinition`, and refuses what cannot be tested. */
export function testedState(
  ctx: StatesContext,
  text: string,
  stateName: string | undefined,
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
  if (typeof own.Type === "string" && ["Map", "Parallel"].includes(own.Type)) {
    throw notSupported("TestState", `states of the type ${own.Type}`);
  }
  const ends = targetsOf(own).map((target): [string, Json] => [target, { Type: "Succeed" }]);
  const language = own.QueryLanguage ?? definition.QueryLanguage;
  const alone = {
    StartAt: name,
    ...(language !== undefined && { QueryLanguage: language }),
    States: { ...Object.fromEntries(ends), [name]: own },
  };
  const whole = JSON.stringify(alone);
  const { diagnostics, unsupported } = findingsOf(whole, {
    catalog: ctx.catalog,
    type: "STANDARD",
  });
  const errors = diagnostics.filter(({ code }) => code !== "MISSING_TRANSITION_TARGET");
  if (hasErrors(errors)) {
    throw invalidDefinition(definitionErrorText(errors));
  }
  const [refused] = unsupported;
  if (refused !== undefined) {
    throw notSupported("TestState", refused.feature);
  }
  const machine = parseMachine(JSON.parse(whole) as JsonObject);
  const state = machine.states.get(name);
  if (state === undefined || !TESTABLE.includes(state.type)) {
    throw notSupported("TestState", `the state ${name}`);
  }
  return { machine, state };
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
    const inner = isObject(state)
      ? [state.ItemProcessor, state.Iterator, ...(isArray(state.Branches) ? state.Branches : [])]
      : [];
    for (const each of inner) {
      const below = isObject(each) ? stateIn(each, name) : undefined;
      if (below !== undefined) {
        return below;
      }
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
