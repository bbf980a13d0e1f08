import { once } from "../idempotency.ts";
import type { SchedulerOperation } from "../ports.ts";
import { existingSchedule } from "../schedule.ts";
import { deleteSchedule as remove } from "../schedule-timer.ts";

/** Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_DeleteSchedule.html */
export const deleteSchedule: SchedulerOperation<"DeleteSchedule"> = async (ctx, input) =>
  ctx.store.write((tx) =>
    once(tx, { owner: ctx, operation: "DeleteSchedule", input }, () => {
      remove(tx, ctx, existingSchedule(tx, ctx, input));
      return {};
    }),
  );
