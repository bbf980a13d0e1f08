/** From a request to a schedule, with AWS's checks. */
import { isTimeZone } from "../../languages/schedule/time-zone.ts";
import type { Input } from "../../wire/operations.ts";
import { validationException } from "./errors.ts";
import { DEFAULT_GROUP } from "./group-name.ts";
import { START_DATE_AGE_MS_MAX } from "./limits.ts";
import type { SchedulerContext } from "./ports.ts";
import type { Schedule } from "./schedule.ts";
import { checkTarget } from "./target.ts";
import { timetableOf } from "./timetable.ts";

/** `CreateSchedule` and `UpdateSchedule` take the same, and what is not given is the default. */
type Request = Input<"scheduler", "CreateSchedule">;

export type Settings = Omit<Schedule, "createdMs" | "modifiedMs" | "next" | "anchorMs">;

export function settingsOf(ctx: SchedulerContext, operation: string, input: Request): Settings {
  const timeZone = input.ScheduleExpressionTimezone ?? "UTC";
  if (!isTimeZone(timeZone)) {
    throw validationException(`Invalid Schedule Expression Timezone ${timeZone}.`);
  }
  checkExpression(input.ScheduleExpression, timeZone);
  checkDates(ctx.nowMs, input);
  checkTarget(ctx, operation, input.Target);
  return {
    name: input.Name,
    groupName: input.GroupName ?? DEFAULT_GROUP,
    expression: input.ScheduleExpression,
    timeZone,
    state: input.State === "DISABLED" ? "DISABLED" : "ENABLED",
    target: input.Target,
    windowMinutes: windowMinutesOf(input.FlexibleTimeWindow),
    startMs: input.StartDate?.getTime(),
    endMs: input.EndDate?.getTime(),
    deletesItself: input.ActionAfterCompletion === "DELETE",
    description: input.Description,
    kmsKeyArn: input.KmsKeyArn,
  };
}

function checkExpression(expression: string, timeZone: string): void {
  if (timetableOf({ expression, timeZone, anchorMs: 0 }) === undefined) {
    throw validationException(`Invalid Schedule Expression ${expression}.`);
  }
}

function checkDates(nowMs: number, { StartDate, EndDate }: Request): void {
  if (StartDate !== undefined && StartDate.getTime() < nowMs - START_DATE_AGE_MS_MAX) {
    throw validationException("The StartDate you specify cannot be earlier than 5 minutes ago.");
  }
  if (StartDate !== undefined && EndDate !== undefined && StartDate >= EndDate) {
    throw validationException("The StartDate you specify must come before the EndDate.");
  }
  if (EndDate !== undefined && EndDate.getTime() < nowMs) {
    throw validationException("The EndDate you specify must come after the current time.");
  }
}

function windowMinutesOf({
  Mode,
  MaximumWindowInMinutes: minutes,
}: Request["FlexibleTimeWindow"]): number {
  if (Mode === "OFF" && minutes !== undefined) {
    throw validationException(
      "MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF.",
    );
  }
  if (Mode === "FLEXIBLE" && minutes === undefined) {
    throw validationException(
      "MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is set to FLEXIBLE.",
    );
  }
  return minutes ?? 0;
}

/** A rate counts from the start that was asked for, else from when the schedule began to be. */
export function anchorOf(settings: Settings, nowMs: number, before?: Schedule): number {
  const isSame = before?.expression === settings.expression && before.startMs === settings.startMs;
  return settings.startMs ?? (isSame && before !== undefined ? before.anchorMs : nowMs);
}
