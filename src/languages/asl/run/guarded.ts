import type { Computation } from "../computation.ts";
import { DataError } from "../data/data-error.ts";
import type { Draft } from "./draft.ts";
import type { Thread } from "./execution.ts";
import { failureOf, StateError } from "./state-error.ts";

/** A failure of an expression is the failure of the state it belongs to. */
export function* guarded(draft: Draft, thread: Thread, work: Computation<void>): Computation<void> {
  try {
    yield* work;
  } catch (error) {
    if (!(error instanceof StateError) && !(error instanceof DataError)) {
      throw error;
    }
    const { stateName: name, enteredEventId } = thread;
    const failure = failureOf(error, { name, enteredEventId });
    draft.todo.push({ kind: "failed", threadId: thread.id, failure });
  }
}
