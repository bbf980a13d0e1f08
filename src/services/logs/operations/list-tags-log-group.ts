import { existingGroup, groupNameOf } from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";

/** The older form of ListTagsForResource. */
export const listTagsLogGroup: LogsOperation<"ListTagsLogGroup"> = async (ctx, input) => {
  const name = groupNameOf(ctx, { logGroupName: input.logGroupName });
  const tags = await ctx.store.read((tx) => existingGroup(tx, name).tags);
  return { tags };
};
