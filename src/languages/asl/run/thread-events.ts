/** Events that come to one thread: its time is over, its task is done, what it waits for is given. */
import type { Computation } from "../computation.ts";
import type { WaitState } from "../machine.ts";
import type { Draft } from "./draft.ts";
import type { StepEvent, Thread, WorkingPhase } from "./execution.ts";
import { guarded } from "./guarded.ts";
import { leaveMocked } from "./joining.ts";
import { mapRunEnded } from "./map-run.ts";
import { leaveWait } from "./simple-states.ts";
import {
  beat,
  recordTask,
  taskFailed,
  taskSucceeded,
  taskTimedOut,
  workingThread,
} from "./task.ts";

export function* wakeUp(
  draft: Draft,
  event: { readonly threadId: number; readonly ticket: number },
): Computation<boolean> {
  const thread = draft.thread(event.threadId);
  if (thread === undefined) {
    return false;
  }
  const { phase } = thread;
  switch (phase.kind) {
    case "waiting":
      if (phase.wake.ticket !== event.ticket) {
        return false;
      }
      yield* guarded(draft, thread, leaveWait(draft, thread, draft.stateOf(thread) as WaitState));
      return true;
    case "retrying":
      if (phase.wake.ticket !== event.ticket) {
        return false;
      }
      draft.todo.push({ kind: "retry", threadId: thread.id });
      return true;
    case "working":
      return wakeTask(draft, thread as Thread & { readonly phase: WorkingPhase }, event.ticket);
    default:
      return false;
  }
}

function wakeTask(
  draft: Draft,
  thread: Thread & { readonly phase: WorkingPhase },
  ticket: number,
): boolean {
  const { timeout, heartbeat } = thread.phase;
  const isTimeout = timeout?.ticket === ticket;
  if (!isTimeout && heartbeat?.ticket !== ticket) {
    return false;
  }
  taskTimedOut(draft, thread, isTimeout ? "timeout" : "heartbeat");
  return true;
}

export function* mapRunEvent(
  draft: Draft,
  event: Extract<StepEvent, { readonly kind: "map-run-ended" }>,
): Computation<boolean> {
  const thread = draft.thread(event.threadId);
  if (thread?.phase.kind !== "map-run" || thread.phase.ticket !== event.ticket) {
    return false;
  }
  const waiting = { ...thread, phase: thread.phase };
  yield* guarded(draft, thread, mapRunEnded(draft, waiting, event.result));
  return true;
}

export function* mockedEvent(
  draft: Draft,
  event: Extract<StepEvent, { readonly kind: "mocked" }>,
): Computation<boolean> {
  const thread = draft.thread(event.threadId);
  if (thread === undefined) {
    return false;
  }
  yield* guarded(draft, thread, leaveMocked(draft, thread, event.result));
  return true;
}

export function* taskEvent(
  draft: Draft,
  event: Extract<StepEvent, { readonly kind: `task-${string}` | "activity-started" }>,
): Computation<boolean> {
  const thread = workingThread(draft, event);
  if (thread === undefined) {
    return false;
  }
  switch (event.kind) {
    case "activity-started": {
      const { workerName } = event;
      const lastEventId = draft.record("ActivityStarted", thread.lastEventId, { workerName });
      beat(draft, { ...thread, lastEventId });
      draft.put({ ...(draft.thread(thread.id) ?? thread), lastEventId });
      return true;
    }
    case "task-submitted": {
      const submitted = recordTask(draft, thread, "Submitted", { output: event.output });
      draft.put({ ...submitted, phase: { ...thread.phase, submitted: event.output.text } });
      return true;
    }
    case "task-heartbeat":
      beat(draft, thread);
      return true;
    case "task-succeeded":
      yield* guarded(draft, thread, taskSucceeded(draft, thread, event.output));
      return true;
    default:
      taskFailed(draft, thread, event.failure);
      return true;
  }
}
