import type { LambdaOperation } from "../ports.ts";
import { checkTags, taggedResource } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html */
export const tagResource: LambdaOperation<"TagResource"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const resource = taggedResource(tx, ctx, input.Resource);
    const tags = { ...resource.tags, ...input.Tags };
    checkTags(tags);
    resource.put(tx, tags);
  });
};
