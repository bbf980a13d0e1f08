import { validationException } from "../errors.ts";
import { activeGroup, beginGroupDeletion } from "../group.ts";
import { DEFAULT_GROUP } from "../group-name.ts";
import { once } from "../idempotency.ts";
import type { SchedulerOperation } from "../ports.ts";

/**
 * The schedules of the group go with it.
 * Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_DeleteScheduleGroup.html
 */
export const deleteScheduleGroup: SchedulerOperation<"DeleteScheduleGroup"> = async (ctx, input) =>
  ctx.store.write((tx) =>
    once(tx, { owner: ctx, operation: "DeleteScheduleGroup", input }, () => {
      if (input.Name === DEFAULT_GROUP) {
        throw validationException("The default schedule group cannot be deleted.");
      }
      beginGroupDeletion(tx, ctx, activeGroup(tx, ctx, input.Name));
      return {};
    }),
  );
