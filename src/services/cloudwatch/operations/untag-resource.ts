import type { CloudWatchOperation } from "../ports.ts";
import { taggedResource } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_UntagResource.html */
export const untagResource: CloudWatchOperation<"UntagResource"> = async (ctx, input) => {
  const gone = new Set(input.TagKeys);
  await ctx.store.write((tx) => {
    const tagged = taggedResource(tx, ctx, input.ResourceARN);
    const kept = Object.entries(tagged.tags).filter(([key]) => !gone.has(key));
    tagged.put(tx, Object.fromEntries(kept));
  });
  return {};
};
