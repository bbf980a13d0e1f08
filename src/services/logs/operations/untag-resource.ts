import { putGroup } from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";
import { taggedGroup, withoutKeys } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html */
export const untagResource: LogsOperation<"UntagResource"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const group = taggedGroup(tx, input.resourceArn);
    putGroup(tx, { ...group, tags: withoutKeys(group.tags, input.tagKeys) });
  });
};
