import { existingGroup, existingStream, groupNameOf } from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";
import { removeStream } from "../removal.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogStream.html */
export const deleteLogStream: LogsOperation<"DeleteLogStream"> = async (ctx, input) => {
  const name = groupNameOf(ctx, { logGroupName: input.logGroupName });
  await ctx.store.write((tx) => {
    const group = existingGroup(tx, name);
    removeStream(tx, group, existingStream(tx, group, input.logStreamName));
  });
};
