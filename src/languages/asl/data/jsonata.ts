/**
 * JSONata fields: any JSON, in which texts of the form `{% expression %}` are evaluated.
 * Sources: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html and https://docs.jsonata.org
 *
 * The expressions run in the official library, inside bounds: on the steps of one evaluation, its depth, the sequences
 * and texts it makes, and the time of a regular expression. It gives way to other work while it runs. Time and chance
 * come from the scope, so that an evaluation can be replayed.
 */
import { DataError } from "./data-error.ts";
import { expressionIn } from "./expression-text.ts";
import { type Evaluated, evaluateExpression } from "./jsonata-expression.ts";
import { evaluateSimply, LEFT_TO_LIBRARY } from "./jsonata-simple.ts";
import { isArray, type Json, type Scope } from "./scope.ts";

/**
 * `value` with its expressions evaluated; `field` names where it stands in the state, for causes: `Output`.
 * Without expressions, or with simple ones alone, the result is there at once; otherwise it is a promise.
 * @throws DataError States.QueryEvaluationError, at once or by the promise
 */
export function evaluateJsonata(value: Json, scope: Scope, field = ""): Json | Promise<Json> {
  if (!hasExpression(value)) {
    return value;
  }
  const known = evaluatedSimply(value, scope, field);
  return known === LEFT_TO_LIBRARY ? evaluated(value, scope, field) : known;
}

/** Objects are parts of a definition, which stays the same from one execution to the next. */
const known = new WeakMap<object, boolean>();

function hasExpression(value: Json): boolean {
  if (typeof value !== "object" || value === null) {
    return typeof value === "string" && expressionIn(value) !== undefined;
  }
  let has = known.get(value);
  if (has === undefined) {
    has = Object.values(value).some(hasExpression);
    known.set(value, has);
  }
  return has;
}

function evaluatedSimply(value: Json, scope: Scope, field: string): Json | typeof LEFT_TO_LIBRARY {
  if (!hasExpression(value)) {
    return value;
  }
  if (typeof value === "string") {
    const expression = expressionIn(value) ?? "";
    const answer = evaluateSimply(expression, scope);
    return answer === undefined ? defined({ kind: "undefined" }, expression, field) : answer;
  }
  const members: [string, Json][] = [];
  for (const [name, member] of Object.entries(value ?? {}) as [string, Json][]) {
    const answer = evaluatedSimply(member, scope, fieldOf(value, field, name));
    if (answer === LEFT_TO_LIBRARY) {
      return LEFT_TO_LIBRARY;
    }
    members.push([name, answer]);
  }
  return assembled(value, members);
}

async function evaluated(value: Json, scope: Scope, field: string): Promise<Json> {
  if (!hasExpression(value)) {
    return value;
  }
  if (typeof value === "string") {
    const expression = expressionIn(value) ?? "";
    return defined(await evaluateExpression(expression, scope), expression, field);
  }
  const members: [string, Json][] = [];
  for (const [name, member] of Object.entries(value ?? {}) as [string, Json][]) {
    members.push([name, await evaluated(member, scope, fieldOf(value, field, name))]);
  }
  return assembled(value, members);
}

function fieldOf(container: Json, field: string, name: string): string {
  if (isArray(container)) {
    return `${field}[${name}]`;
  }
  return field === "" ? name : `${field}/${name}`;
}

function assembled(model: Json, members: readonly (readonly [string, Json])[]): Json {
  return isArray(model) ? members.map(([, member]) => member) : Object.fromEntries(members);
}

function defined(result: Evaluated, expression: string, field: string): Json {
  if (result.kind === "value") {
    return result.value;
  }
  const subject = `The JSONata expression '${expression}' specified for the field '${field}'`;
  const message =
    result.kind === "undefined"
      ? `${subject} returned nothing (undefined).`
      : `${subject} threw an error during evaluation${result.cause}`;
  throw new DataError("States.QueryEvaluationError", message, field);
}

export { jsonataProblems } from "./jsonata-problems.ts";
