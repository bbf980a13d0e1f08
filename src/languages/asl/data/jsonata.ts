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
import { isArray, isObject, type Json, type Scope } from "./scope.ts";

/**
 * `value` with its expressions evaluated; `field` names where it stands in the state, for causes: `Output`.
 * A value without expressions comes back at once; anything else as a promise.
 * @throws DataError States.QueryEvaluationError
 */
export function evaluateJsonata(value: Json, scope: Scope, field = ""): Json | Promise<Json> {
  return hasExpression(value) ? evaluated(value, scope, field) : value;
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

async function evaluated(value: Json, scope: Scope, field: string): Promise<Json> {
  if (typeof value === "string") {
    const expression = expressionIn(value);
    return expression === undefined ? value : definedResult(expression, scope, field);
  }
  if (!hasExpression(value)) {
    return value;
  }
  if (isArray(value)) {
    const items: Json[] = [];
    for (const [index, item] of value.entries()) {
      items.push(await evaluated(item, scope, `${field}[${index}]`));
    }
    return items;
  }
  const members: [string, Json][] = [];
  for (const [name, member] of Object.entries(isObject(value) ? value : {})) {
    members.push([name, await evaluated(member, scope, field === "" ? name : `${field}/${name}`)]);
  }
  return Object.fromEntries(members);
}

async function definedResult(expression: string, scope: Scope, field: string): Promise<Json> {
  const result: Evaluated = await evaluateExpression(expression, scope);
  const subject = `The JSONata expression '${expression}' specified for the field '${field}'`;
  if (result.kind === "value") {
    return result.value;
  }
  const message =
    result.kind === "undefined"
      ? `${subject} returned nothing (undefined).`
      : `${subject} threw an error during evaluation${result.cause}`;
  throw new DataError("States.QueryEvaluationError", message, field);
}

export { type JsonataProblem, jsonataProblems } from "./jsonata-problems.ts";
