/**
 * Paths of the States Language: JSONPath over the input, the context object (`$$`) and variables (`$name`), reference
 * paths that say where a result goes, and intrinsic functions where AWS allows them in place of a path.
 *
 * Sources: https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html and
 * https://states-language.net/#path
 */

import { SyntaxProblem } from "../../json-path/path-error.ts";
import { evaluatePath } from "../../json-path/path-evaluate.ts";
import { parsePath } from "../../json-path/path-parser.ts";
import type { Path, PathStep } from "../../json-path/path-syntax.ts";
import { bounded, DataError, runtimeError } from "./data-error.ts";
import { isIntrinsic, parseIntrinsic } from "./intrinsic-parser.ts";
import { callIntrinsic } from "./intrinsics.ts";
import { isArray, isObject, type Json, jsonText, type Scope } from "./scope.ts";

/**
 * What a path finds. `field` is the name of the field the path is written in, for the cause.
 * @throws DataError States.Runtime when a definite path finds nothing.
 */
export function readPath(path: string, scope: Scope, field?: string): Json {
  if (isIntrinsic(path)) {
    return callIntrinsic(path, scope);
  }
  const found = findPath(path, scope);
  if (found === undefined || (scope.input === null && isOfNothing(path, field))) {
    throw notFound(path, scope, field);
  }
  return found;
}

/** AWS applies no path to a null input, in the fields of a template not even `$`. */
function isOfNothing(path: string, field: string | undefined): boolean {
  return field !== undefined && parsedPath(path).root.kind === "input";
}

/** The same, with `undefined` when a definite path finds nothing. */
export function findPath(path: string, scope: Scope): Json | undefined {
  const parsed = parsedPath(path);
  return bounded("States.Runtime", () => evaluatePath(parsed, scope));
}

/** Paths were checked when the state machine was created; one in data (`States.Array($.x)`) may still be wrong. */
function parsedPath(text: string): Path {
  try {
    return parsePath(text);
  } catch (error) {
    if (error instanceof SyntaxProblem) {
      throw runtimeError(`Invalid path '${text}' : ${error.message}`);
    }
    throw error;
  }
}

/** Fields whose cause is that of the path, with the place where it ends. */
const BARE_FIELDS: ReadonlySet<string> = new Set(["InputPath", "OutputPath"]);

function notFound(text: string, scope: Scope, field: string | undefined): DataError {
  const path = parsedPath(text);
  if (path.root.kind === "input" && scope.input === null) {
    return runtimeError("Unable to apply Path transformation to null or empty input.");
  }
  if (field === undefined || BARE_FIELDS.has(field)) {
    return runtimeError(`Invalid path '${text}' : ${whereItEnds(path, scope)}`);
  }
  const searched = path.root.kind === "context" ? scope.context : scope.input;
  return runtimeError(
    `The JSONPath '${text}' specified for the field '${field}' could not be found in the input ` +
      `'${jsonText(searched)}'`,
  );
}

/** The words of Jayway's implementation, which names places in bracket notation. */
function whereItEnds(path: Path, scope: Scope): string {
  const reached = path.steps.findIndex(
    (_, index) =>
      bounded("States.Runtime", () =>
        evaluatePath({ ...path, steps: path.steps.slice(0, index + 1) }, scope),
      ) === undefined,
  );
  const root = path.root.kind === "variable" ? `$${path.root.name}` : "$";
  const place = path.steps
    .slice(0, reached + 1)
    .map(placeOf)
    .join("");
  return reached < path.steps.length - 1
    ? `Missing property in path ${root}${place}`
    : `No results for path: ${root}${place}`;
}

function placeOf(step: PathStep): string {
  switch (step.kind) {
    case "names":
      return `[${step.names.map((name) => `'${name}'`).join(",")}]`;
    case "indexes":
      return `[${step.indexes.join(",")}]`;
    default:
      return "";
  }
}

/**
 * `document` with `value` at the place that a reference path names; objects on the way are made, elements of an array
 * replaced. The document itself is left alone.
 * Source: https://states-language.net/#using-paths
 * @throws DataError States.ResultPathMatchFailure where there is no such place.
 */
export function writePath(referencePath: string, document: Json, value: Json): Json {
  const path = parsedPath(referencePath);
  const steps = path.steps.map((step) => {
    if (step.kind === "names" && step.names.length === 1) {
      return step.names[0] ?? "";
    }
    return step.kind === "indexes" && step.indexes.length === 1 ? (step.indexes[0] ?? 0) : null;
  });
  const written = bounded("States.ResultPathMatchFailure", () => put(steps, 0, document, value));
  if (written === undefined) {
    throw new DataError(
      "States.ResultPathMatchFailure",
      `Unable to apply ReferencePath ${referencePath} to input ${jsonText(document)}`,
    );
  }
  return written;
}

/** `undefined`: a place below this one does not exist and cannot be made. */
function put(
  steps: readonly (string | number | null)[],
  at: number,
  document: Json | undefined,
  value: Json,
): Json | undefined {
  const step = steps[at];
  if (step === undefined) {
    return value;
  }
  if (typeof step === "string" && (document === undefined || isObject(document))) {
    const below =
      document !== undefined && Object.hasOwn(document, step) ? document[step] : undefined;
    const written = put(steps, at + 1, below, value);
    return written === undefined
      ? undefined
      : Object.fromEntries([...Object.entries(document ?? {}), [step, written]]);
  }
  if (typeof step === "number" && isArray(document) && document.at(step) !== undefined) {
    const written = put(steps, at + 1, document.at(step), value);
    return written === undefined ? undefined : document.with(step, written);
  }
  return undefined;
}

/**
 * What is wrong with a path, for the validation of a definition. `path` is any JSONPath; `reference` names one place
 * by names and indexes alone (`ItemsPath`, `SecondsPath`); `result` is a reference path into the input (`ResultPath`);
 * `variable` is what `Variable` of a choice rule may be; `value` is a path or an intrinsic function.
 */
export function pathProblem(
  text: string,
  kind: "path" | "reference" | "result" | "variable" | "value",
): string | undefined {
  try {
    if (kind === "value" && isIntrinsic(text)) {
      parseIntrinsic(text);
      return undefined;
    }
    return kind === "path" || kind === "value"
      ? jsonPathProblem(text)
      : referenceProblem(text, kind);
  } catch (error) {
    if (error instanceof SyntaxProblem) {
      return kind === "path" || kind === "value"
        ? "Value must be a valid JSONPath."
        : `Value is not a Reference Path: ${error.message}`;
    }
    throw error;
  }
}

function jsonPathProblem(text: string): undefined {
  parsePath(text);
}

function referenceProblem(text: string, kind: "reference" | "result" | "variable"): undefined {
  if (!text.startsWith("$")) {
    throw new SyntaxProblem("Reference path didn't start with '$'");
  }
  const path = parsePath(text);
  if (kind === "result" && path.root.kind !== "input") {
    throw new SyntaxProblem("Reference path must start with '$.' or '$['");
  }
  const isReference = path.steps.every(
    (step) =>
      (step.kind === "names" && step.names.length === 1) ||
      (step.kind === "indexes" && step.indexes.length === 1),
  );
  if (!isReference) {
    throw new SyntaxProblem("Reference path must identify a single node");
  }
}
