import { describedSchedule } from "../described.ts";
import type { SchedulerOperation } from "../ports.ts";
import { existingSchedule } from "../schedule.ts";

export const getSchedule: SchedulerOperation<"GetSchedule"> = async (ctx, input) =>
  describedSchedule(ctx, await ctx.store.read((tx) => existingSchedule(tx, ctx, input)));
