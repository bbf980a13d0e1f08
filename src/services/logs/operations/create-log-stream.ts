import { addStream, existingGroup, groupNameOf } from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html */
export const createLogStream: LogsOperation<"CreateLogStream"> = async (ctx, input) => {
  const name = groupNameOf(ctx, { logGroupName: input.logGroupName });
  await ctx.store.write((tx) => {
    addStream(tx, existingGroup(tx, name), input.logStreamName);
  });
};
