import type { CloudWatchOperation } from "../ports.ts";
import { taggedResource, tagsOf } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html */
export const tagResource: CloudWatchOperation<"TagResource"> = async (ctx, input) => {
  const added = tagsOf(input.Tags);
  await ctx.store.write((tx) => {
    const tagged = taggedResource(tx, ctx, input.ResourceARN);
    tagged.put(tx, { ...tagged.tags, ...added });
  });
  return {};
};
