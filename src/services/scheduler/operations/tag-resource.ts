import { tagRecord } from "../described.ts";
import { activeGroup, groupOfArn } from "../group.ts";
import { groups, ownedKey } from "../keys.ts";
import type { SchedulerOperation } from "../ports.ts";

export const tagResource: SchedulerOperation<"TagResource"> = async (ctx, input) => {
  const { owner, name } = groupOfArn(input.ResourceArn);
  await ctx.store.write((tx) => {
    const group = activeGroup(tx, owner, name);
    const tags = { ...group.tags, ...tagRecord(input.Tags) };
    groups.put(tx, ownedKey(owner, name), { ...group, tags });
  });
  return {};
};
