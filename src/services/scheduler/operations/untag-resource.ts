import { activeGroup, groupOfArn } from "../group.ts";
import { groups, ownedKey } from "../keys.ts";
import type { SchedulerOperation } from "../ports.ts";

export const untagResource: SchedulerOperation<"UntagResource"> = async (ctx, input) => {
  const { owner, name } = groupOfArn(input.ResourceArn);
  await ctx.store.write((tx) => {
    const group = activeGroup(tx, owner, name);
    const kept = Object.entries(group.tags).filter(([key]) => !input.TagKeys.includes(key));
    groups.put(tx, ownedKey(owner, name), { ...group, tags: Object.fromEntries(kept) });
  });
  return {};
};
