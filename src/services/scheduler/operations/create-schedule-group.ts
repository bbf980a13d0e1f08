import { tagRecord } from "../described.ts";
import { groupAlreadyExists } from "../errors.ts";
import { findGroup, groupArn } from "../group.ts";
import { once } from "../idempotency.ts";
import { groups, ownedKey } from "../keys.ts";
import type { SchedulerOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html */
export const createScheduleGroup: SchedulerOperation<"CreateScheduleGroup"> = async (ctx, input) =>
  ctx.store.write((tx) =>
    once(tx, { owner: ctx, operation: "CreateScheduleGroup", input }, () => {
      const { Name: name } = input;
      if (findGroup(tx, ctx, name) !== undefined) {
        throw groupAlreadyExists(name);
      }
      groups.put(tx, ownedKey(ctx, name), {
        name,
        state: "ACTIVE",
        createdMs: tx.nowMs,
        modifiedMs: tx.nowMs,
        tags: tagRecord(input.Tags),
      });
      return { ScheduleGroupArn: groupArn(ctx, name) };
    }),
  );
