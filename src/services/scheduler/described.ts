/** Schedules and groups as answers show them. */
import type { GetScheduleGroupOutput, Tag } from "../../wire/models/scheduler.gen.ts";
import type { Output } from "../../wire/operations.ts";
import { type Group, groupArn } from "./group.ts";
import type { Owner } from "./keys.ts";
import { EVENT_AGE_SECONDS_DEFAULT, RETRY_ATTEMPTS_DEFAULT } from "./limits.ts";
import { type Schedule, scheduleArn, type Target } from "./schedule.ts";

type Summary = Output<"scheduler", "ListSchedules">["Schedules"][number];

export function describedSchedule(
  owner: Owner,
  schedule: Schedule,
): Output<"scheduler", "GetSchedule"> {
  const { windowMinutes, startMs, endMs } = schedule;
  return {
    ...summaryOf(owner, schedule),
    Description: schedule.description,
    ScheduleExpression: schedule.expression,
    ScheduleExpressionTimezone: schedule.timeZone,
    StartDate: startMs === undefined ? undefined : new Date(startMs),
    EndDate: endMs === undefined ? undefined : new Date(endMs),
    KmsKeyArn: schedule.kmsKeyArn,
    ActionAfterCompletion: schedule.deletesItself ? "DELETE" : "NONE",
    FlexibleTimeWindow:
      windowMinutes === 0
        ? { Mode: "OFF" }
        : { Mode: "FLEXIBLE", MaximumWindowInMinutes: windowMinutes },
    Target: describedTarget(schedule.target),
  };
}

/** With the retry policy that holds. */
function describedTarget(target: Target): Target {
  const { MaximumEventAgeInSeconds: age, MaximumRetryAttempts: attempts } =
    target.RetryPolicy ?? {};
  return {
    ...target,
    RetryPolicy: {
      MaximumEventAgeInSeconds: age ?? EVENT_AGE_SECONDS_DEFAULT,
      MaximumRetryAttempts: attempts ?? RETRY_ATTEMPTS_DEFAULT,
    },
  };
}

export function summaryOf(owner: Owner, schedule: Schedule): Summary {
  return {
    Arn: scheduleArn(owner, schedule),
    Name: schedule.name,
    GroupName: schedule.groupName,
    State: schedule.state,
    CreationDate: new Date(schedule.createdMs),
    LastModificationDate: new Date(schedule.modifiedMs),
    Target: { Arn: schedule.target.Arn },
  };
}

export function describedGroup(owner: Owner, group: Group): GetScheduleGroupOutput {
  const { name, state, createdMs, modifiedMs } = group;
  return {
    Arn: groupArn(owner, name),
    Name: name,
    State: state,
    CreationDate: createdMs === undefined ? undefined : new Date(createdMs),
    LastModificationDate: modifiedMs === undefined ? undefined : new Date(modifiedMs),
  };
}

export function tagRecord(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]));
}
