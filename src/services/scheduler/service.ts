/** EventBridge Scheduler: groups, schedules, and the invocations they cause. */
import type { JobKinds } from "../../outbox/job.ts";
import { bindOperations, type Operations, type Service } from "../service.ts";
import { GROUP_TIMER, runGroupTimer } from "./group.ts";
import { runTokenTimer, TOKEN_TIMER } from "./idempotency.ts";
import { INVOCATION_JOB, invocationJobs, retryTimer } from "./invoker.ts";
import { createSchedule } from "./operations/create-schedule.ts";
import { createScheduleGroup } from "./operations/create-schedule-group.ts";
import { deleteSchedule } from "./operations/delete-schedule.ts";
import { deleteScheduleGroup } from "./operations/delete-schedule-group.ts";
import { getSchedule } from "./operations/get-schedule.ts";
import { getScheduleGroup } from "./operations/get-schedule-group.ts";
import { listScheduleGroups } from "./operations/list-schedule-groups.ts";
import { listSchedules } from "./operations/list-schedules.ts";
import { listTagsForResource } from "./operations/list-tags-for-resource.ts";
import { tagResource } from "./operations/tag-resource.ts";
import { untagResource } from "./operations/untag-resource.ts";
import { updateSchedule } from "./operations/update-schedule.ts";
import type { SchedulerPorts } from "./ports.ts";
import { RETRY_TIMER } from "./retries.ts";
import { DUE_TIMER, dueTimer } from "./schedule-timer.ts";

const operations: Operations<SchedulerPorts, "scheduler"> = {
  CreateSchedule: createSchedule,
  CreateScheduleGroup: createScheduleGroup,
  DeleteSchedule: deleteSchedule,
  DeleteScheduleGroup: deleteScheduleGroup,
  GetSchedule: getSchedule,
  GetScheduleGroup: getScheduleGroup,
  ListScheduleGroups: listScheduleGroups,
  ListSchedules: listSchedules,
  ListTagsForResource: listTagsForResource,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateSchedule: updateSchedule,
};

export interface Scheduler {
  readonly service: Service;
  /** For the outbox worker: targets that are operations. */
  readonly jobs: JobKinds;
}

/** `sinks` may be filled after this call: it is read when something is delivered. */
export function createScheduler(ports: SchedulerPorts): Scheduler {
  return {
    service: {
      name: "scheduler",
      operations: bindOperations(ports, operations),
      timers: {
        [DUE_TIMER]: dueTimer(ports),
        [RETRY_TIMER]: retryTimer(ports),
        [GROUP_TIMER]: runGroupTimer,
        [TOKEN_TIMER]: runTokenTimer,
      },
    },
    jobs: { [INVOCATION_JOB]: invocationJobs(ports) },
  };
}
