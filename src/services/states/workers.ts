/** Does the jobs of Step Functions: events that are due, tasks, asynchronous Express executions. */
import { parseArn } from "../../base/arn.ts";
import type { Json } from "../../languages/asl/data/scope.ts";
import type { StepEvent } from "../../languages/asl/run/execution.ts";
import { Payload } from "../../languages/asl/run/payload.ts";
import { type Job, type JobKind, type JobKinds, jobKey } from "../../outbox/job.ts";
import { executionArn, machineArn } from "./arns.ts";
import type { ExpressJob } from "./express.ts";
import { performTask } from "./integrations/perform.ts";
import {
  EVENT_JOB,
  type EventJob,
  EXPRESS_JOB,
  resourceOf,
  TASK_JOB,
  type TaskJob,
} from "./jobs.ts";
import { EXPRESS_AT_ONCE_MAX, STEPS_AT_ONCE_MAX, TASKS_PER_LANE_MAX } from "./limits.ts";
import { childEnded } from "./map-run/child.ts";
import { MAP_JOB } from "./map-run/job.ts";
import { mapJobs } from "./map-run/worker.ts";
import { startNested } from "./nested-execution.ts";
import type { BoundStatesPorts } from "./ports.ts";
import { taskEvent } from "./task-event.ts";

const DELIVERED = { kind: "delivered", detail: undefined } as const;

export function statesJobs(ports: BoundStatesPorts): JobKinds {
  return {
    [EVENT_JOB]: eventJobs(ports) as JobKind,
    [TASK_JOB]: taskJobs(ports) as JobKind,
    [EXPRESS_JOB]: {
      laneConcurrencyMax: EXPRESS_AT_ONCE_MAX,
      async attempt(job) {
        await runExpress(ports, job as Job<ExpressJob>);
        return DELIVERED;
      },
    },
    [MAP_JOB]: mapJobs(ports) as JobKind,
  };
}

async function runExpress(ports: BoundStatesPorts, job: Job<ExpressJob>): Promise<void> {
  const { id, mapRun, input, startedMs } = job.body;
  const state = await ports.express.runStored(job.body);
  if (mapRun !== undefined && state !== undefined) {
    await ports.store.write((tx) => {
      tx.delete(jobKey(job));
      childEnded(tx, mapRun, { id, state, input, startedMs, redriveCount: 0 });
    });
  }
}

/** The row of the job goes with the step that it causes. */
function eventJobs({ executor }: BoundStatesPorts): JobKind<EventJob> {
  return {
    laneConcurrencyMax: STEPS_AT_ONCE_MAX,
    async attempt(job) {
      const { execution, event } = job.body;
      await executor.deliver(execution, stepEvent(event), (tx) => tx.delete(jobKey(job)));
      return DELIVERED;
    },
  };
}

function stepEvent(event: EventJob["event"]): StepEvent {
  if (event.kind === "answered") {
    const { threadId, ticket, output } = event;
    return { kind: "task-succeeded", threadId, ticket, output: Payload.ofText(output) };
  }
  if (event.kind === "failed") {
    const { threadId, ticket, error, cause } = event;
    return { kind: "task-failed", threadId, ticket, failure: { error, cause } };
  }
  return event;
}

function taskJobs(ports: BoundStatesPorts): JobKind<TaskJob> {
  return {
    laneConcurrencyMax: TASKS_PER_LANE_MAX,
    async attempt(job) {
      await doTask(ports, job);
      return DELIVERED;
    },
  };
}

/** At least once: after a crash the task is done again, unless its end was committed. */
async function doTask(ports: BoundStatesPorts, job: Job<TaskJob>): Promise<void> {
  const { body } = job;
  const resource = resourceOf(body);
  const isNested =
    resource.kind === "integration" && !resource.isSdk && resource.service === "states";
  if (isNested) {
    await startNested(ports, job, resource);
    return;
  }
  const { execution } = body;
  const outcome = await performTask(ports, {
    resource,
    input: JSON.parse(body.input) as Json,
    caller: {
      accountId: accountOf(body) ?? execution.accountId,
      region: execution.region,
      trace: body.trace,
    },
    execution: {
      arn: executionArn(execution),
      machineArn: machineArn(execution, execution.machine),
    },
  });
  const waits = resource.kind === "integration" && resource.pattern === "waitForTaskToken";
  await ports.executor.deliver(execution, taskEvent(body, outcome, waits), (tx) =>
    tx.delete(jobKey(job)),
  );
}

/** A task with a role of another account is done there. */
function accountOf({ roleArn }: TaskJob): string | undefined {
  return roleArn === undefined ? undefined : parseArn(roleArn)?.accountId;
}
