/** Task states: asking for work, and what becomes of the answer. */

import type { Computation } from "../computation.ts";
import type { Json, JsonObject } from "../data/scope.ts";
import { isObject } from "../data/scope.ts";
import type { Computed, ResultShape, State, TaskState } from "../machine.ts";
import type { Draft } from "./draft.ts";
import type { Failure, StepEvent, Thread, WorkingPhase } from "./execution.ts";
import type { EventDetails } from "./history.ts";
import { leave } from "./leave.ts";
import { Payload } from "./payload.ts";
import { scopeOf } from "./scope.ts";
import { StateError, tooLarge } from "./state-error.ts";
import { createTaskToken } from "./task-token.ts";
import { compute, effectiveInput, evaluate, typeName } from "./values.ts";

const MS_PER_SECOND = 1_000;

/** Asks for the work of a Task: when its state is entered, and at every retry. */
export function* startTask(draft: Draft, thread: Thread, state: TaskState): Computation<void> {
  const ticket = draft.ticket();
  const { resource } = state;
  const secret = draft.chance.uuid();
  const waitsForToken = resource.kind === "integration" && resource.pattern === "waitForTaskToken";
  const taskToken = waitsForToken
    ? createTaskToken({ executionArn: draft.info.arn, threadId: thread.id, ticket, secret })
    : undefined;
  const input = yield* argumentsOf(draft, thread, state, taskToken);
  if (input.isTooLarge) {
    throw tooLarge(state.name);
  }
  const scope = scopeOf(draft, thread, { input: thread.input.json });
  const timeoutSeconds = yield* seconds({ draft, thread }, state, "TimeoutSeconds", scope);
  const heartbeatSeconds = yield* seconds({ draft, thread }, state, "HeartbeatSeconds", scope);
  const credentials = yield* credentialsOf(draft, thread, state);
  const current = draft.thread(thread.id) ?? thread;
  const lastEventId = recordSchedule(draft, current, {
    state,
    input,
    timeoutSeconds,
    heartbeatSeconds,
    credentials,
  });
  const answersLater =
    resource.kind === "activity" ||
    (resource.kind === "integration" && resource.pattern !== "requestResponse");
  const beatsAtOnce = answersLater && resource.kind !== "activity";
  const phase: WorkingPhase = {
    kind: "working",
    ticket,
    scheduledMs: draft.nowMs,
    secret,
    timeout:
      timeoutSeconds === undefined
        ? undefined
        : draft.wake(thread.id, draft.nowMs + timeoutSeconds * MS_PER_SECOND),
    heartbeat:
      heartbeatSeconds === undefined || !beatsAtOnce
        ? undefined
        : draft.wake(thread.id, draft.nowMs + heartbeatSeconds * MS_PER_SECOND),
    heartbeatSeconds: answersLater ? heartbeatSeconds : undefined,
    submitted: undefined,
  };
  draft.put({ ...current, lastEventId, phase });
  draft.effect({
    kind: "task",
    scheduledMs: draft.nowMs,
    threadId: thread.id,
    ticket,
    resource,
    input,
    secret,
    credentials,
    timeoutSeconds,
    heartbeatSeconds,
  });
}

/** What a Task or Parallel state gives to its work. */
export function* argumentsOf(
  draft: Draft,
  thread: Thread,
  state: State & ResultShape,
  taskToken?: string,
): Computation<Payload> {
  const scope = scopeOf(draft, thread, { input: thread.input.json, taskToken });
  const input = effectiveInput(state, scope);
  if (state.parameters === undefined) {
    return input === scope.input ? thread.input : Payload.ofJson(input);
  }
  const isPath = state.queryLanguage === "JSONPath";
  const field = {
    name: isPath ? "Parameters" : "Arguments",
    value: state.parameters,
    language: state.queryLanguage,
  };
  const inner = isPath ? scopeOf(draft, thread, { input, taskToken }) : scope;
  return Payload.ofJson(yield* evaluate({ draft, thread }, field, inner));
}

function* seconds(
  at: { readonly draft: Draft; readonly thread: Thread },
  state: TaskState,
  name: "TimeoutSeconds" | "HeartbeatSeconds",
  scope: ReturnType<typeof scopeOf>,
): Computation<number | undefined> {
  const value: Computed | undefined =
    name === "TimeoutSeconds" ? state.timeoutSeconds : state.heartbeatSeconds;
  if (value === undefined) {
    return undefined;
  }
  const found = yield* compute(at, { name, value, language: state.queryLanguage }, scope);
  if (typeof found !== "number" || !Number.isInteger(found) || found <= 0) {
    throw new StateError(
      "States.Runtime",
      `The value of '${name}' must be a positive integer, but was ${typeName(found)}: ${JSON.stringify(found)}`,
    );
  }
  return found;
}

function* credentialsOf(
  draft: Draft,
  thread: Thread,
  state: TaskState,
): Computation<JsonObject | undefined> {
  if (state.credentials === undefined) {
    return undefined;
  }
  const scope = scopeOf(draft, thread, { input: thread.input.json });
  const field = {
    name: "Credentials",
    value: state.credentials,
    language: state.queryLanguage,
  };
  const value: Json = yield* evaluate({ draft, thread }, field, scope);
  return isObject(value) ? value : undefined;
}

function recordSchedule(
  draft: Draft,
  thread: Thread,
  task: {
    readonly state: TaskState;
    readonly input: Payload;
    readonly timeoutSeconds: number | undefined;
    readonly heartbeatSeconds: number | undefined;
    readonly credentials: JsonObject | undefined;
  },
): number {
  const { state, input, timeoutSeconds, heartbeatSeconds } = task;
  const { resource } = state;
  const roleArn = task.credentials?.RoleArn;
  const taskCredentials = typeof roleArn === "string" ? { roleArn } : undefined;
  const times = {
    timeoutInSeconds: timeoutSeconds,
    heartbeatInSeconds: heartbeatSeconds,
  };
  switch (resource.kind) {
    case "lambda": {
      const scheduled = draft.record("LambdaFunctionScheduled", thread.lastEventId, {
        resource: resource.arn,
        input,
        timeoutInSeconds: timeoutSeconds,
        taskCredentials,
      });
      return draft.record("LambdaFunctionStarted", scheduled);
    }
    case "activity":
      return draft.record("ActivityScheduled", thread.lastEventId, {
        resource: resource.arn,
        input,
        ...times,
      });
    default: {
      const { resourceType, resourceName } = resource;
      const scheduled = draft.record("TaskScheduled", thread.lastEventId, {
        resourceType,
        resource: resourceName,
        region: draft.info.region,
        parameters: input,
        ...times,
        taskCredentials,
      });
      return draft.record("TaskStarted", scheduled, { resourceType, resource: resourceName });
    }
  }
}

/** Records how a task ended: under the name its kind of resource has. */
export function recordTask(
  draft: Draft,
  thread: Thread,
  outcome: "Failed" | "Submitted" | "Succeeded" | "TimedOut",
  details: EventDetails,
): Thread {
  const state = draft.stateOf(thread) as TaskState;
  const { resource } = state;
  const type =
    resource.kind === "lambda"
      ? `LambdaFunction${outcome}`
      : `${resource.kind === "activity" ? "Activity" : "Task"}${outcome}`;
  const named =
    resource.kind === "integration"
      ? { resourceType: resource.resourceType, resource: resource.resourceName, ...details }
      : details;
  return draft.put({ ...thread, lastEventId: draft.record(type, thread.lastEventId, named) });
}

type TaskEvent = Extract<StepEvent, { readonly ticket: number; readonly threadId: number }>;

/** A Task that is asked about: `undefined` when the event comes too late. */
export function workingThread(
  draft: Draft,
  event: TaskEvent,
): (Thread & { readonly phase: WorkingPhase }) | undefined {
  const thread = draft.thread(event.threadId);
  return thread?.phase.kind === "working" && thread.phase.ticket === event.ticket
    ? (thread as Thread & { readonly phase: WorkingPhase })
    : undefined;
}

/** A worker took the task, or says that it is still at it: the time for a heartbeat begins anew. */
export function beat(draft: Draft, thread: Thread & { readonly phase: WorkingPhase }): Thread {
  const { phase, id } = thread;
  if (phase.heartbeatSeconds === undefined) {
    return thread;
  }
  draft.cancelWake(id, phase.heartbeat);
  const heartbeat = draft.wake(id, draft.nowMs + phase.heartbeatSeconds * MS_PER_SECOND);
  return draft.put({ ...thread, phase: { ...phase, heartbeat } });
}

export function* taskSucceeded(
  draft: Draft,
  thread: Thread & { readonly phase: WorkingPhase },
  output: Payload,
): Computation<void> {
  draft.cancelWake(thread.id, thread.phase.timeout);
  draft.cancelWake(thread.id, thread.phase.heartbeat);
  const state = draft.stateOf(thread) as TaskState;
  if (output.isTooLarge) {
    const { resource } = state;
    const failure = {
      error: "States.DataLimitExceeded",
      cause: tooLarge(resource.arn).message,
    };
    taskFailed(draft, thread, failure);
    return;
  }
  const done = recordTask(draft, thread, "Succeeded", { output });
  yield* leaveWithResult(draft, done, state, output);
}

export function taskFailed(draft: Draft, thread: Thread, failure: Failure): void {
  if (thread.phase.kind === "working") {
    draft.cancelWake(thread.id, thread.phase.timeout);
    draft.cancelWake(thread.id, thread.phase.heartbeat);
  }
  recordTask(draft, thread, "Failed", { ...failure });
  draft.todo.push({ kind: "failed", threadId: thread.id, failure });
}

/** `heartbeat`: the worker fell silent. */
export function taskTimedOut(
  draft: Draft,
  thread: Thread & { readonly phase: WorkingPhase },
  which: "timeout" | "heartbeat",
): void {
  const { phase, id: threadId } = thread;
  const error = which === "timeout" ? "States.Timeout" : "States.HeartbeatTimeout";
  draft.cancelWake(threadId, which === "timeout" ? phase.heartbeat : phase.timeout);
  const { resource } = draft.stateOf(thread) as TaskState;
  draft.effect({ kind: "cancel-task", threadId, phase, resource });
  recordTask(draft, thread, "TimedOut", { error });
  draft.todo.push({ kind: "failed", threadId, failure: { error } });
}

/** From the result of a Task, Parallel or Map state to the state's output. */
export function* leaveWithResult(
  draft: Draft,
  thread: Thread,
  state: State & ResultShape,
  result: Payload,
): Computation<void> {
  let selected = result;
  if (state.resultSelector !== undefined) {
    const scope = scopeOf(draft, thread, { input: result.json });
    const field = {
      name: "ResultSelector",
      value: state.resultSelector,
      language: state.queryLanguage,
    };
    selected = Payload.ofJson(yield* evaluate({ draft, thread }, field, scope));
  }
  yield* leave(draft, thread, state, {
    result: selected,
    ...(state.queryLanguage === "JSONata" && { states: { result: selected.json } }),
    assign: state.assign,
    output: state.output,
    resultPath: state.resultPath,
    outputPath: state.outputPath,
  });
}
