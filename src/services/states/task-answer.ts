/** Answers of workers, who name their task by its token. */
import type { StepEvent } from "../../languages/asl/run/execution.ts";
import { runningTask } from "../../languages/asl/run/running-task.ts";
import { parseTaskToken } from "../../languages/asl/run/task-token.ts";
import { AwsError } from "../../wire/aws-error.ts";
import { parseExecutionArn } from "./arns.ts";
import { invalidToken, taskTimedOut } from "./errors.ts";
import type { StatesContext } from "./ports.ts";

/**
 * Brings an answer to the task's execution.
 * Throws `InvalidToken` for what is no token, `TaskTimedOut` when the task is over.
 */
export async function answerTask(
  ctx: StatesContext,
  text: string,
  event: (task: { readonly threadId: number; readonly ticket: number }) => StepEvent,
): Promise<void> {
  const token = parseTaskToken(text);
  if (token === undefined) {
    throw invalidToken();
  }
  const id = executionOf(token.executionArn);
  const { threadId, ticket } = token;
  const delivery = await ctx.executor.deliver(id, ({ machine, state }) => {
    if (runningTask(machine, state, token) === undefined) {
      throw taskTimedOut();
    }
    return event({ threadId, ticket });
  });
  if (delivery !== "taken") {
    throw taskTimedOut();
  }
}

function executionOf(arn: string): ReturnType<typeof parseExecutionArn> {
  try {
    return parseExecutionArn(arn);
  } catch (error) {
    throw error instanceof AwsError ? invalidToken() : error;
  }
}
