import type { CloudWatchOperation } from "../ports.ts";
import { taggedResource } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListTagsForResource.html */
export const listTagsForResource: CloudWatchOperation<"ListTagsForResource"> = async (
  ctx,
  input,
) => {
  const { tags } = await ctx.store.read((tx) => taggedResource(tx, ctx, input.ResourceARN));
  return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
};
