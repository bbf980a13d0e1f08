import { existingGroup, groupNameOf, putGroup } from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";
import { withoutKeys } from "../tags.ts";

/** The older form of UntagResource. */
export const untagLogGroup: LogsOperation<"UntagLogGroup"> = async (ctx, input) => {
  const name = groupNameOf(ctx, { logGroupName: input.logGroupName });
  await ctx.store.write((tx) => {
    const group = existingGroup(tx, name);
    putGroup(tx, { ...group, tags: withoutKeys(group.tags, input.tags) });
  });
};
