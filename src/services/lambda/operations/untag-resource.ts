import type { LambdaOperation } from "../ports.ts";
import { taggedResource } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html */
export const untagResource: LambdaOperation<"UntagResource"> = async (ctx, input) => {
  await ctx.store.write((tx) => {
    const resource = taggedResource(tx, ctx, input.Resource);
    const kept = Object.entries(resource.tags).filter(([key]) => !input.TagKeys.includes(key));
    resource.put(tx, Object.fromEntries(kept));
  });
};
