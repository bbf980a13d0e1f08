/**
 * Evaluates intrinsic functions.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
 *
 * AWS fails the state with `States.Runtime` where a path of an argument finds nothing, and with
 * `States.IntrinsicFailure` where an argument does not suit the function.
 */

import { SyntaxProblem } from "../../json-path/path-error.ts";
import { evaluatePath } from "../../json-path/path-evaluate.ts";
import type { Path } from "../../json-path/path-syntax.ts";
import { bounded, DataError, runtimeError } from "./data-error.ts";
import { type Arguments, IntrinsicProblem } from "./intrinsic-arguments.ts";
import { arrayFunctions } from "./intrinsic-arrays.ts";
import { type IntrinsicArgument, type IntrinsicCall, parseIntrinsic } from "./intrinsic-parser.ts";
import { textFunctions } from "./intrinsic-texts.ts";
import { type Json, jsonText, type Scope } from "./scope.ts";

type Intrinsic = (given: Arguments, scope: Scope) => Json;

const FUNCTIONS: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>(
  Object.entries({ ...arrayFunctions, ...textFunctions }),
);

/** @throws DataError */
export function callIntrinsic(text: string, scope: Scope): Json {
  return bounded("States.IntrinsicFailure", () => evaluateCall(parsed(text), scope));
}

function parsed(text: string): IntrinsicCall {
  try {
    return parseIntrinsic(text);
  } catch (error) {
    if (error instanceof SyntaxProblem) {
      throw runtimeError(`Invalid intrinsic function '${text}' : ${error.message}`);
    }
    throw error;
  }
}

function evaluateCall(call: IntrinsicCall, scope: Scope): Json {
  const values = call.arguments.map((argument) => evaluateArgument(call, argument, scope));
  return apply(call, values, scope);
}

function evaluateArgument(call: IntrinsicCall, argument: IntrinsicArgument, scope: Scope): Json {
  switch (argument.kind) {
    case "literal":
      return argument.value;
    case "call":
      return evaluateCall(argument.call, scope);
    case "path": {
      const found = evaluatePath(argument.path, scope);
      if (found === undefined) {
        throw argumentNotFound(call, argument.path, scope);
      }
      return found;
    }
  }
}

function argumentNotFound(call: IntrinsicCall, path: Path, scope: Scope): DataError {
  const searched = path.root.kind === "context" ? scope.context : scope.input;
  return runtimeError(
    `The function '${call.text}' had the following error: The JsonPath argument for the field ` +
      `'${path.text}' could not be found in the input '${jsonText(searched)}'`,
  );
}

function apply(call: IntrinsicCall, values: readonly Json[], scope: Scope): Json {
  const first = call.arguments[0];
  const template = first?.kind === "literal" ? first.template : undefined;
  try {
    const run = FUNCTIONS.get(call.name);
    if (run === undefined) {
      throw new IntrinsicProblem(`Unknown function States.${call.name}`);
    }
    return run({ values, template }, scope);
  } catch (error) {
    if (error instanceof IntrinsicProblem) {
      throw new DataError(
        "States.IntrinsicFailure",
        `The function '${call.text}' had the following error: ${error.message}`,
      );
    }
    throw error;
  }
}
