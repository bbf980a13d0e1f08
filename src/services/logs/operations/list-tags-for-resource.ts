import type { LogsOperation } from "../ports.ts";
import { taggedGroup } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource: LogsOperation<"ListTagsForResource"> = async (ctx, input) => {
  const tags = await ctx.store.read((tx) => taggedGroup(tx, input.resourceArn).tags);
  return { tags };
};
