/** Tasks that somebody outside answers. */
import type { Machine, TaskState } from "../machine.ts";
import type { ExecutionState } from "./execution.ts";

/** The Task that a reference names, when it still runs: for answers that come by token. */
export function runningTask(
  machine: Machine,
  state: ExecutionState,
  reference: { readonly threadId: number; readonly ticket: number; readonly secret: string },
): TaskState | undefined {
  const thread = state.threads.get(reference.threadId);
  const phase = thread?.phase;
  if (thread === undefined || phase?.kind !== "working" || state.status !== "RUNNING") {
    return undefined;
  }
  const isSame = phase.ticket === reference.ticket && phase.secret === reference.secret;
  const found = isSame ? machine.states.get(thread.stateName) : undefined;
  return found?.type === "Task" ? found : undefined;
}
