import { existingGroup, groupNameOf } from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";
import { changeRetention } from "../removal.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html */
export const deleteRetentionPolicy: LogsOperation<"DeleteRetentionPolicy"> = async (ctx, input) => {
  const name = groupNameOf(ctx, { logGroupName: input.logGroupName });
  await ctx.store.write((tx) => changeRetention(tx, existingGroup(tx, name), undefined));
};
