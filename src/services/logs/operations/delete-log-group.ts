import { existingGroup, groupNameOf } from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";
import { removeGroup } from "../removal.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html */
export const deleteLogGroup: LogsOperation<"DeleteLogGroup"> = async (ctx, input) => {
  const name = groupNameOf(ctx, input);
  await ctx.store.write((tx) => removeGroup(tx, existingGroup(tx, name)));
};
