import { putGroup } from "../log-group.ts";
import type { LogsOperation } from "../ports.ts";
import { checkedTags, taggedGroup } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html */
export const tagResource: LogsOperation<"TagResource"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const group = taggedGroup(tx, input.resourceArn);
    putGroup(tx, { ...group, tags: checkedTags({ ...group.tags, ...input.tags }) });
  });
};
