import { activeGroup } from "../group.ts";
import { once } from "../idempotency.ts";
import type { SchedulerOperation } from "../ports.ts";
import { existingSchedule, scheduleArn } from "../schedule.ts";
import { putSchedule } from "../schedule-timer.ts";
import { anchorOf, settingsOf } from "../settings.ts";

/**
 * Replaces everything: what is not given goes back to its default.
 * Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
 */
export const updateSchedule: SchedulerOperation<"UpdateSchedule"> = async (ctx, input) => {
  const settings = settingsOf(ctx, "UpdateSchedule", input);
  return ctx.store.write((tx) =>
    once(tx, { owner: ctx, operation: "UpdateSchedule", input }, () => {
      activeGroup(tx, ctx, settings.groupName);
      const before = existingSchedule(tx, ctx, input);
      const schedule = {
        ...settings,
        anchorMs: anchorOf(settings, tx.nowMs, before),
        createdMs: before.createdMs,
        modifiedMs: tx.nowMs,
      };
      putSchedule(tx, ctx, schedule, before);
      return { ScheduleArn: scheduleArn(ctx, settings) };
    }),
  );
};
