/** Errors of the States Language, and who may handle them. */
import { DataError } from "../data/data-error.ts";
import type { Failure } from "./execution.ts";

/** Thrown while a state is worked on; becomes the state's failure. */
export class StateError extends Error {
  override readonly name = "StateError";
  readonly error: string;
  /** The cause says by itself which state failed. */
  readonly isComplete: boolean;

  constructor(error: string, cause: string, isComplete = false) {
    super(cause);
    this.error = error;
    this.isComplete = isComplete;
  }
}

/** Of a state that throws anything else there is a bug, and not in the definition. */
export function failureOf(
  thrown: unknown,
  state: { readonly name: string; readonly enteredEventId: number },
): Failure & { readonly error: string; readonly cause: string } {
  if (!(thrown instanceof StateError) && !(thrown instanceof DataError)) {
    throw thrown;
  }
  const error = thrown instanceof StateError ? thrown.error : thrown.name;
  const isComplete = thrown instanceof StateError && thrown.isComplete;
  const cause = isComplete
    ? thrown.message
    : `An error occurred while executing the state '${state.name}' ` +
      `(entered at the event id #${state.enteredEventId}). ${thrown.message}`;
  return { error, cause };
}

/** Source: a message of the service, as quoted in https://repost.aws questions about payload limits. */
export function tooLarge(what: string): StateError {
  return new StateError(
    "States.DataLimitExceeded",
    `The state/task '${what}' returned a result with a size exceeding the maximum number of ` +
      "bytes service limit.",
    true,
  );
}

/** Fails the execution whatever `Retry` and `Catch` say. */
export function isFatal(error: string | undefined): boolean {
  return error === "States.Runtime";
}

/**
 * Whether a retrier or catcher with these names takes an error.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function handles(names: readonly string[], error: string): boolean {
  if (isFatal(error)) {
    return false;
  }
  return names.some((name) => {
    switch (name) {
      case "States.ALL":
        return error !== "States.DataLimitExceeded";
      case "States.TaskFailed":
        return error !== "States.Timeout" && error !== "States.DataLimitExceeded";
      case "States.Timeout":
        return error === "States.Timeout" || error === "States.HeartbeatTimeout";
      default:
        return name === error;
    }
  });
}
