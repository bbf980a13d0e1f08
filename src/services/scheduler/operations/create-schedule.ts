import { scheduleAlreadyExists } from "../errors.ts";
import { activeGroup } from "../group.ts";
import { once } from "../idempotency.ts";
import { schedules } from "../keys.ts";
import type { SchedulerOperation } from "../ports.ts";
import { scheduleArn, scheduleKey } from "../schedule.ts";
import { putSchedule } from "../schedule-timer.ts";
import { anchorOf, settingsOf } from "../settings.ts";

/** Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
export const createSchedule: SchedulerOperation<"CreateSchedule"> = async (ctx, input) => {
  const settings = settingsOf(ctx, "CreateSchedule", input);
  return ctx.store.write((tx) =>
    once(tx, { owner: ctx, operation: "CreateSchedule", input }, () => {
      activeGroup(tx, ctx, settings.groupName);
      if (schedules.get(tx, scheduleKey(ctx, input)) !== undefined) {
        throw scheduleAlreadyExists(settings.name);
      }
      const schedule = {
        ...settings,
        anchorMs: anchorOf(settings, tx.nowMs),
        createdMs: tx.nowMs,
        modifiedMs: tx.nowMs,
      };
      putSchedule(tx, ctx, schedule, undefined);
      return { ScheduleArn: scheduleArn(ctx, settings) };
    }),
  );
};
