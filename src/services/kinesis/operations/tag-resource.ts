import type { KinesisOperation } from "../ports.ts";
import { taggedResource } from "../tagged-resource.ts";
import { withTags } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_TagResource.html */
export const tagResource: KinesisOperation<"TagResource"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const resource = taggedResource(tx, ctx, "TagResource", input);
    resource.put(tx, withTags(resource.tags, input.Tags, resource.label));
  });
};
