/** Ending threads and executions: what was on its way is called off. */
import type { Draft } from "./draft.ts";
import type { ExecutionStatus, Failure, Phase, RedrivableMapRun, Thread } from "./execution.ts";
import type { Payload } from "./payload.ts";

/** Calls off what a thread waits for. */
export function callOff(draft: Draft, thread: Thread): void {
  const { phase, id: threadId } = thread;
  switch (phase.kind) {
    case "waiting":
    case "retrying":
      draft.cancelWake(threadId, phase.wake);
      break;
    case "map-run":
      draft.effect({ kind: "cancel-map-run", mapRunArn: phase.mapRunArn });
      break;
    case "working": {
      const state = draft.stateOf(thread);
      draft.cancelWake(threadId, phase.timeout);
      draft.cancelWake(threadId, phase.heartbeat);
      if (state.type === "Task") {
        draft.effect({ kind: "cancel-task", threadId, phase, resource: state.resource });
      }
      break;
    }
    default:
  }
}

/** Removes everything below a thread; what is to be done for it is forgotten. */
export function removeBelow(draft: Draft, parentId: number): void {
  const gone = new Set<number>();
  const collect = (id: number): void => {
    for (const thread of [...draft.threads()]) {
      if (thread.parentId === id) {
        gone.add(thread.id);
        collect(thread.id);
        callOff(draft, thread);
        draft.clear(thread.id);
        draft.remove(thread.id);
      }
    }
  };
  collect(parentId);
  const left = draft.todo.filter((todo) => !gone.has(todo.threadId));
  draft.todo.splice(0, draft.todo.length, ...left);
  draft.clear(parentId);
}

/** Threads stay, so that a redrive can begin where the execution ended. */
export function endInFailure(
  draft: Draft,
  end: {
    readonly status: ExecutionStatus;
    readonly type: string;
    readonly previousEventId: number;
    readonly failure: Failure;
    /** On the event alone: a timeout is no error of the execution. */
    readonly eventFailure?: Failure;
  },
): void {
  for (const thread of [...draft.threads()]) {
    callOff(draft, thread);
    if (thread.phase.kind !== "joining") {
      draft.put({ ...thread, phase: { kind: "stopped", mapRun: redrivableMapRun(thread.phase) } });
    }
  }
  draft.setDeadline(undefined);
  draft.recordEnd(end.type, end.previousEventId, { ...(end.eventFailure ?? end.failure) });
  draft.end(end.status, { failure: end.failure });
}

function redrivableMapRun(phase: Phase): RedrivableMapRun | undefined {
  if (phase.kind === "map-run") {
    return { arn: phase.mapRunArn, redrives: phase.redrives };
  }
  return phase.kind === "map-run-failed" ? phase.mapRun : undefined;
}

export function endInSuccess(draft: Draft, root: Thread, output: Payload): void {
  draft.remove(root.id);
  draft.setDeadline(undefined);
  draft.recordEnd("ExecutionSucceeded", root.lastEventId, { output });
  draft.end("SUCCEEDED", { output });
}
