/**
 * The failure of an expression, as data for `Retry` and `Catch`: an error name of the States Language and a cause.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */

import { EvaluationError } from "../../json-path/path-error.ts";

export type DataErrorName =
  | "States.IntrinsicFailure"
  | "States.ItemReaderFailed"
  | "States.ParameterPathFailure"
  | "States.QueryEvaluationError"
  | "States.ResultPathMatchFailure"
  | "States.Runtime";

export class DataError extends Error {
  override readonly name: DataErrorName;
  /** Where in the state the expression stands, when the evaluator knows: `Output/total`. */
  readonly location: string | undefined;

  constructor(name: DataErrorName, message: string, location?: string) {
    super(message);
    this.name = name;
    this.location = location;
  }
}

export function runtimeError(message: string): DataError {
  return new DataError("States.Runtime", message);
}

/**
 * Runs an evaluation; data or text nested deeper than the stack fails the state, not the engine. What goes wrong with a
 * path is an error of the state, whatever the evaluation was for.
 */
export function bounded<T>(name: DataErrorName, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof EvaluationError) {
      throw runtimeError(error.message);
    }
    if (error instanceof RangeError) {
      throw new DataError(name, "The data is nested too deeply to be evaluated.");
    }
    throw error;
  }
}
