/** Evaluates the fields of a state, in the state's query language. */

import { type Computation, settled } from "../computation.ts";
import { choiceRule } from "../data/choice-rule.ts";
import { DataError } from "../data/data-error.ts";
import { evaluateJsonata } from "../data/jsonata.ts";
import { readPath } from "../data/paths.ts";
import { fillTemplate } from "../data/payload-template.ts";
import type { Json, Scope } from "../data/scope.ts";
import type { Computed, QueryLanguage, StateBase } from "../machine.ts";
import type { Draft } from "./draft.ts";
import type { Thread } from "./execution.ts";
import { failureOf } from "./state-error.ts";

/** The state whose field is evaluated: a failure of JSONata is an event of its own. */
export interface At {
  readonly draft: Draft;
  readonly thread: Thread;
}

/** A template in JSONPath, a value with expressions in JSONata. */
export function* evaluate(
  at: At,
  field: { readonly name: string; readonly value: Json; readonly language: QueryLanguage },
  scope: Scope,
): Computation<Json> {
  if (field.language === "JSONPath") {
    return fillTemplate(field.value, scope);
  }
  return yield* expression(at, field, scope);
}

function* expression(
  at: At,
  field: { readonly name: string; readonly value: Json },
  scope: Scope,
): Computation<Json> {
  try {
    return yield* settled(evaluateJsonata(field.value, scope, field.name));
  } catch (error) {
    recordEvaluationFailure(at, error);
    throw error;
  }
}

function recordEvaluationFailure({ draft, thread }: At, thrown: unknown): void {
  if (!(thrown instanceof DataError)) {
    return;
  }
  const { stateName: name, enteredEventId, id } = thread;
  const { error, cause } = failureOf(thrown, { name, enteredEventId });
  const current = draft.thread(id) ?? thread;
  const eventId = draft.record("EvaluationFailed", current.lastEventId, {
    state: name,
    error,
    cause,
    location: thrown.location,
  });
  draft.put({ ...current, lastEventId: eventId });
}

/** A field with a literal form and a path or expression. */
export function* compute(
  at: At,
  field: { readonly name: string; readonly value: Computed; readonly language: QueryLanguage },
  scope: Scope,
): Computation<Json> {
  const { value, path } = field.value;
  if (path !== undefined) {
    return readPath(path, scope);
  }
  const literal = value ?? null;
  return field.language === "JSONata"
    ? yield* expression(at, { name: field.name, value: literal }, scope)
    : literal;
}

/** The input a JSONPath state works on; in JSONata it is the raw input. */
export function effectiveInput(state: StateBase, scope: Scope): Json {
  if (state.queryLanguage === "JSONata" || state.inputPath === "$") {
    return scope.input;
  }
  return state.inputPath === null ? {} : readPath(state.inputPath, scope, "InputPath");
}

/** Whether a choice rule holds: a condition in JSONata, comparisons in JSONPath. */
export function* ruleHolds(
  at: At,
  rule: Json,
  options: {
    readonly language: QueryLanguage;
    readonly scope: Scope;
    readonly index: number;
  },
): Computation<boolean> {
  const { language, scope, index } = options;
  if (language === "JSONPath") {
    return choiceRule(rule, scope);
  }
  const { Condition: condition = null } = rule as Readonly<Record<string, Json>>;
  const name = `Choices[${index}]/Condition`;
  const result = yield* expression(at, { name, value: condition }, scope);
  if (typeof result !== "boolean") {
    const error = new DataError(
      "States.QueryEvaluationError",
      `The JSONata expression '${inner(condition)}' specified for the field '${name}' returned ` +
        `an unexpected result type. Expected 'boolean', but was '${typeName(result)}' for value: ${JSON.stringify(result)}`,
      name,
    );
    recordEvaluationFailure(at, error);
    throw error;
  }
  return result;
}

function inner(condition: Json): string {
  return typeof condition === "string" ? condition.slice(2, -2).trim() : JSON.stringify(condition);
}

export function typeName(value: Json): string {
  if (value === null) {
    return "null";
  }
  return Array.isArray(value) ? "array" : typeof value;
}
