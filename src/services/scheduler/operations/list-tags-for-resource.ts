import { existingGroup, groupOfArn } from "../group.ts";
import type { SchedulerOperation } from "../ports.ts";

export const listTagsForResource: SchedulerOperation<"ListTagsForResource"> = async (
  ctx,
  input,
) => {
  const { owner, name } = groupOfArn(input.ResourceArn);
  const { tags } = await ctx.store.read((tx) => existingGroup(tx, owner, name));
  return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
};
