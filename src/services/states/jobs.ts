/**
 * What is to be done because of a step, as rows of the outbox: wakes are jobs that are due later.
 *
 * | kind          | lane                    | what it does                                   |
 * |---------------|-------------------------|------------------------------------------------|
 * | states.event  | `executions`            | brings an execution an event                   |
 * | states.task   | the function, operation | does the work of a Task, brings back its end   |
 * | states.express| `express`               | runs an asynchronous Express execution         |
 * | states.map    | the map run             | reads items, begins executions, makes an end   |
 */

import { parseResource, type Resource } from "../../languages/asl/resource.ts";
import type { Effect, StepEvent, TaskEffect, Wake } from "../../languages/asl/run/execution.ts";
import { createTaskToken } from "../../languages/asl/run/task-token.ts";
import { type JobPlace, jobKey, putJob } from "../../outbox/job.ts";
import type { WriteTx } from "../../store/store.ts";
import { activityTopic } from "./activity.ts";
import { executionArn, parseActivityArn, parseExecutionArn } from "./arns.ts";
import { activityTasks, type ExecutionId, executionText, ownedKey } from "./keys.ts";
import { beginMapRun, cancelMapRun } from "./map-run/job.ts";
import { redriveMapRun } from "./map-run/redrive.ts";

export const EVENT_JOB = "states.event";
export const TASK_JOB = "states.task";
export const EXPRESS_JOB = "states.express";
const EVENT_LANE = "executions";

/** Events that are data already: those with payloads come from tasks. */
export type StoredEvent = Extract<
  StepEvent,
  { readonly kind: "start" | "continue" | "wake" | "deadline" | "abort" | "redrive" }
>;

export interface EventJob {
  readonly execution: ExecutionId;
  readonly event: StoredEvent | AnsweredEvent;
}

/** The end of a task that another execution did. */
export type AnsweredEvent =
  | {
      readonly kind: "answered";
      readonly threadId: number;
      readonly ticket: number;
      readonly output: string;
    }
  | {
      readonly kind: "failed";
      readonly threadId: number;
      readonly ticket: number;
      readonly error: string | undefined;
      readonly cause: string | undefined;
    };

export interface TaskJob {
  readonly execution: ExecutionId;
  readonly threadId: number;
  readonly ticket: number;
  readonly secret: string;
  readonly resource: string;
  readonly input: string;
  readonly trace: string | undefined;
  /** Of `Credentials`. */
  readonly roleArn: string | undefined;
}

export function addEvent(
  tx: WriteTx,
  execution: ExecutionId,
  event: EventJob["event"],
  dueMs: number = tx.nowMs,
): void {
  const id = tx.orderedId();
  const body: EventJob = { execution, event };
  putJob(tx, { kind: EVENT_JOB, lane: EVENT_LANE, dueMs, id, body });
}

/** Writes the rows of effects, and removes those of what was called off. */
export function applyEffects(
  tx: WriteTx,
  execution: ExecutionId,
  effects: readonly Effect[],
  trace: string | undefined,
): void {
  for (const effect of effects) {
    switch (effect.kind) {
      case "wake": {
        const { threadId, wake } = effect;
        const event = { kind: "wake", threadId, ticket: wake.ticket } as const;
        putJob(tx, { ...wakePlace(execution, wake), body: { execution, event } });
        break;
      }
      case "deadline": {
        const event = { kind: "deadline", ticket: effect.wake.ticket } as const;
        putJob(tx, { ...wakePlace(execution, effect.wake), body: { execution, event } });
        break;
      }
      case "cancel-wake":
      case "cancel-deadline":
        tx.delete(jobKey(wakePlace(execution, effect.wake)));
        break;
      case "continue":
        addEvent(tx, execution, { kind: "continue" });
        break;
      case "task":
        addTask(tx, execution, effect, trace);
        break;
      case "cancel-task":
        cancelTask(tx, execution, effect);
        break;
      case "map-run":
        beginMapRun(tx, execution, effect);
        break;
      case "cancel-map-run":
        cancelMapRun(tx, effect.mapRunArn);
        break;
      case "redrive-map-run":
        redriveMapRun(tx, effect);
        break;
    }
  }
}

function wakePlace(execution: ExecutionId, wake: Wake): JobPlace {
  const id = `${executionText(execution)}#${wake.ticket}`;
  return { kind: EVENT_JOB, lane: EVENT_LANE, dueMs: wake.atMs, id };
}

function taskPlace(
  execution: ExecutionId,
  task: { readonly resource: Resource; readonly ticket: number; readonly scheduledMs: number },
): JobPlace {
  const id = `${executionText(execution)}#${task.ticket}`;
  return { kind: TASK_JOB, lane: task.resource.arn, dueMs: task.scheduledMs, id };
}

function addTask(
  tx: WriteTx,
  execution: ExecutionId,
  task: TaskEffect,
  trace: string | undefined,
): void {
  const { threadId, ticket, secret, resource } = task;
  if (resource.kind === "activity") {
    const { accountId, region, name } = parseActivityArn(resource.arn);
    const arn = executionArn(execution);
    const token = createTaskToken({ executionArn: arn, threadId, ticket, secret });
    activityTasks.put(
      tx,
      [...ownedKey({ accountId, region }, name), activityOrder(tx, execution, ticket)],
      {
        execution,
        threadId,
        ticket,
        token,
        input: task.input.text,
      },
    );
    tx.signal(activityTopic(resource.arn));
    return;
  }
  const roleArn = task.credentials?.RoleArn;
  const body: TaskJob = {
    execution,
    threadId,
    ticket,
    secret,
    resource: resource.arn,
    input: task.input.text,
    trace,
    roleArn: typeof roleArn === "string" ? roleArn : undefined,
  };
  putJob(tx, {
    ...taskPlace(execution, { resource, ticket, scheduledMs: task.scheduledMs }),
    body,
  });
}

/** Tasks are handed out in the order in which they came. */
function activityOrder(tx: WriteTx, execution: ExecutionId, ticket: number): string {
  return `${tx.orderedId()}#${executionText(execution)}#${ticket}`;
}

/**
 * A task that nobody has begun is not begun any more; of one that runs, the answer comes too late.
 * An execution that was waited for is stopped.
 */
function cancelTask(
  tx: WriteTx,
  execution: ExecutionId,
  effect: Extract<Effect, { readonly kind: "cancel-task" }>,
): void {
  const { resource, phase } = effect;
  if (resource.kind !== "activity") {
    const { ticket, scheduledMs } = phase;
    tx.delete(jobKey(taskPlace(execution, { resource, ticket, scheduledMs })));
  }
  if (resource.kind === "integration" && resource.pattern === "sync" && phase.submitted) {
    const { ExecutionArn: arn } = JSON.parse(phase.submitted) as { ExecutionArn?: string };
    if (arn !== undefined) {
      addEvent(tx, parseExecutionArn(arn), { kind: "abort", failure: {} });
    }
  }
}

export function resourceOf(job: TaskJob): Resource {
  const resource = parseResource(job.resource);
  if (resource === undefined) {
    throw new Error(`${job.resource} is no resource of a Task`);
  }
  return resource;
}
