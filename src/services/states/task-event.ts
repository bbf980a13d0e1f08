/** The end of a task's work as an event of its execution. */
import type { StepEvent, TaskReference } from "../../languages/asl/run/execution.ts";
import { Payload } from "../../languages/asl/run/payload.ts";
import type { TaskOutcome } from "./integrations/task.ts";
import { CAUSE_LENGTH_MAX, ERROR_LENGTH_MAX } from "./limits.ts";

/** `waits`: this is the first answer, the one that counts comes by token. */
export function taskEvent(
  { threadId, ticket }: TaskReference,
  outcome: TaskOutcome,
  waits: boolean,
): StepEvent {
  if (outcome.kind === "failed") {
    const { error, cause } = outcome.failure;
    const failure = {
      error: error?.slice(0, ERROR_LENGTH_MAX),
      cause: cause?.slice(0, CAUSE_LENGTH_MAX),
    };
    return { kind: "task-failed", threadId, ticket, failure };
  }
  const output = Payload.ofJson(outcome.output);
  return { kind: waits ? "task-submitted" : "task-succeeded", threadId, ticket, output };
}
