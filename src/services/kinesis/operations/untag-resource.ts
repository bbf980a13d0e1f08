import type { KinesisOperation } from "../ports.ts";
import { taggedResource } from "../tagged-resource.ts";
import { withoutTags } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UntagResource.html */
export const untagResource: KinesisOperation<"UntagResource"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const resource = taggedResource(tx, ctx, "UntagResource", input);
    resource.put(tx, withoutTags(resource.tags, input.TagKeys));
  });
};
