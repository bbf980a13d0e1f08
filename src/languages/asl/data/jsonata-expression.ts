/**
 * One JSONata expression, evaluated by the official library within bounds.
 *
 * AWS's own bounds, measured by others, are a depth of about 100 and about 7 MB held at once:
 * https://github.com/floci-io/floci/issues/2737. The bound on steps is ours: AWS's is one on time, which would make an
 * evaluation depend on the machine. The library's clock stays as a last resort.
 */
import type jsonata from "jsonata";
import { cached } from "../../json-path/bounded-cache.ts";
import { SafePattern, watchedMatches } from "../../json-path/safe-pattern.ts";
import { registerFunctions } from "./jsonata-functions.ts";
import { compileJsonata } from "./jsonata-library.ts";
import {
  type EvaluationState,
  ITEMS_MAX,
  MEMORY_EXCEEDED,
  memoryExceeded,
  STATE_NAME,
  WEIGHT_MAX,
} from "./jsonata-state.ts";
import { isFunction, weightOf } from "./jsonata-weight.ts";
import { isObject, type Json, type Scope } from "./scope.ts";

export const STEPS_MAX = 3_000_000;
const DEPTH_MAX = 100;
const LAST_RESORT_MS = 10_000;
/** Other work gets its turn after so many steps: about half a millisecond. */
const STEPS_PER_TURN = 500;
const WEIGHT_PER_STEP = 1000;

const TIMED_OUT = "Expression evaluation timeout: Check for infinite loop";
const TOO_DEEP =
  "Stack overflow error: Check for non-terminating recursive function. " +
  "Consider rewriting as tail-recursive";

/** AWS's words for what the library reports with a code. */
const BOUND_MESSAGES: Readonly<Record<string, string>> = {
  D1011: TOO_DEEP,
  D1012: TIMED_OUT,
  D2014: MEMORY_EXCEEDED,
  D2015: MEMORY_EXCEEDED,
};

export type Evaluated =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "undefined" }
  /** How the cause goes on after `threw an error during evaluation`. */
  | { readonly kind: "failed"; readonly cause: string };

export async function evaluateExpression(text: string, scope: Scope): Promise<Evaluated> {
  try {
    const state: EvaluationState = {
      chance: scope.chance,
      steps: 0,
      heaviest: 0,
      watchedMatches: watchedMatches(),
    };
    const result: unknown = await compile(text).evaluate(undefined, {
      ...scope.variables,
      states: { ...scope.states, input: scope.input, context: scope.context },
      [STATE_NAME]: state,
    });
    return result === undefined || isFunction(result)
      ? { kind: "undefined" }
      : { kind: "value", value: toJson(result) };
  } catch (error) {
    return { kind: "failed", cause: causeOf(error) };
  }
}

/** @throws what the library throws where the text is no expression */
const compile: (text: string) => jsonata.Expression = cached((text) => {
  const expression = compileJsonata(text, {
    stack: DEPTH_MAX,
    timeout: LAST_RESORT_MS,
    sequence: ITEMS_MAX,
    RegexEngine: SafePattern as unknown as RegExpConstructor,
  });
  registerFunctions(expression);
  // The hook that the library documents for bounding an evaluation: https://docs.jsonata.org/embedding-extending
  const hook = Symbol.for("jsonata.__evaluate_exit") as unknown as string;
  expression.assign(hook, onStep);
  return expression;
});

interface Environment {
  readonly base: { lookup(name: string): EvaluationState };
}

function onStep(
  _expression: unknown,
  _input: unknown,
  environment: Environment,
  result: unknown,
): Promise<void> | undefined {
  const state = environment.base.lookup(STATE_NAME);
  state.steps += 1;
  if (typeof result === "string" || typeof result === "object") {
    state.heaviest = Math.max(state.heaviest, weightOf(result));
  }
  if (state.heaviest > WEIGHT_MAX) {
    throw memoryExceeded();
  }
  if (state.steps > STEPS_MAX) {
    throw new Error(TIMED_OUT);
  }
  return isTurnOver(state) ? giveWay() : undefined;
}

/** A step may take as long as its values are heavy, a watched regular expression longer. */
function isTurnOver(state: EvaluationState): boolean {
  const stepsPerTurn = Math.ceil(STEPS_PER_TURN / (1 + state.heaviest / WEIGHT_PER_STEP));
  const watched = watchedMatches();
  if (state.steps % stepsPerTurn !== 0 && state.watchedMatches === watched) {
    return false;
  }
  state.watchedMatches = watched;
  return true;
}

function giveWay(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function causeOf(error: unknown): string {
  if (error instanceof RangeError) {
    return `: ${/string length|Array length/i.test(error.message) ? MEMORY_EXCEEDED : TOO_DEEP}`;
  }
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code !== "string") {
    return `: ${String(message)}`;
  }
  const bound = BOUND_MESSAGES[code];
  return bound === undefined ? `. ${code}: ${String(message)}` : `: ${bound}`;
}

/**
 * Plain JSON: the library marks its arrays with members of its own. AWS writes numbers beyond JSON as texts, and members
 * without a value are left out.
 */
function toJson(value: unknown): Json {
  if (typeof value === "number") {
    return Number.isFinite(value) ? value : String(value);
  }
  if (value === undefined || isFunction(value)) {
    return null;
  }
  if (Array.isArray(value)) {
    return value.map(toJson);
  }
  if (!isObject(value as Json)) {
    return value as Json;
  }
  return Object.fromEntries(
    Object.entries(value as object)
      .filter(([, member]) => member !== undefined && !isFunction(member))
      .map(([name, member]) => [name, toJson(member)]),
  );
}
