import type { LambdaOperation } from "../ports.ts";
import { taggedResource } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html */
export const listTags: LambdaOperation<"ListTags"> = async (ctx, input) => {
  const tags = await ctx.store.read((tx) => taggedResource(tx, ctx, input.Resource).tags);
  return { Tags: tags };
};
