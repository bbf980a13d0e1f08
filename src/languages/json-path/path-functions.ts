/** Functions at the end of a JSONPath: https://github.com/json-path/JsonPath#functions */

import { isArray, isObject, type Json } from "./json.ts";
import { EvaluationError } from "./path-error.ts";

type PathFunction = (value: Json, parameters: readonly Json[]) => Json;

/** @throws EvaluationError where the function has no answer, as for the mean of nothing. */
export function callPathFunction(
  name: string,
  value: Json,
  parameters: readonly (Json | undefined)[],
): Json {
  const call = FUNCTIONS[name];
  if (call === undefined) {
    throw new EvaluationError(`Function with name: ${name} does not exist.`);
  }
  return call(
    value,
    parameters.filter((parameter) => parameter !== undefined),
  );
}

const FUNCTIONS: Readonly<Record<string, PathFunction>> = {
  min: aggregate((numbers) => numbers.reduce((a, b) => Math.min(a, b))),
  max: aggregate((numbers) => numbers.reduce((a, b) => Math.max(a, b))),
  sum: aggregate(sum),
  avg: aggregate((numbers) => sum(numbers) / numbers.length),
  stddev: aggregate((numbers) => {
    const mean = sum(numbers) / numbers.length;
    const squares = sum(numbers.map((number) => number * number)) / numbers.length;
    return Math.sqrt(Math.max(0, squares - mean * mean));
  }),
  length: sizeOf,
  size: sizeOf,
  keys: (value) => (isObject(value) ? Object.keys(value) : null),
  concat: (value, parameters) =>
    [...(isArray(value) ? value : []), ...parameters.flat()]
      .filter((part) => typeof part === "string" || typeof part === "number")
      .join(""),
  append: (value, parameters) => (isArray(value) ? [...value, ...parameters] : value),
  first: (value) => elementAt(value, 0),
  last: (value) => elementAt(value, -1),
  index: (value, [at]) => elementAt(value, typeof at === "number" ? at : 0),
};

function aggregate(compute: (numbers: readonly number[]) => number): PathFunction {
  return (value, parameters) => {
    const candidates = [...(isArray(value) ? value : []), ...parameters.flat()];
    const numbers = candidates.filter((candidate) => typeof candidate === "number");
    if (numbers.length === 0) {
      throw new EvaluationError(
        "Aggregation function attempted to calculate value using empty array",
      );
    }
    return compute(numbers);
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Of its parameter, where it has one: `$..price.length()` is the length of what `$..price` finds. */
function sizeOf(value: Json, parameters: readonly Json[]): Json {
  const measured = parameters.length > 0 ? (parameters[0] ?? null) : value;
  if (isArray(measured)) {
    return measured.length;
  }
  return isObject(measured) ? Object.keys(measured).length : null;
}

function elementAt(value: Json, index: number): Json {
  const found = isArray(value) ? value.at(index) : undefined;
  if (found === undefined) {
    const count = isArray(value) ? value.length : 0;
    throw new EvaluationError(`Target index:${index} larger than object count:${count}`);
  }
  return found;
}
