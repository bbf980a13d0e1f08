import { existingGroup, groupNameOf, putGroup } from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";
import { checkedTags } from "../tags.ts";

/** The older form of TagResource. */
export const tagLogGroup: LogsOperation<"TagLogGroup"> = async (ctx, input) => {
  const name = groupNameOf(ctx, { logGroupName: input.logGroupName });
  await ctx.store.write((tx) => {
    const group = existingGroup(tx, name);
    putGroup(tx, { ...group, tags: checkedTags({ ...group.tags, ...input.tags }) });
  });
};
