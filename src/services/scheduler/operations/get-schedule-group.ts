import { describedGroup } from "../described.ts";
import { existingGroup } from "../group.ts";
import type { SchedulerOperation } from "../ports.ts";

export const getScheduleGroup: SchedulerOperation<"GetScheduleGroup"> = async (ctx, input) =>
  describedGroup(ctx, await ctx.store.read((tx) => existingGroup(tx, ctx, input.Name)));
