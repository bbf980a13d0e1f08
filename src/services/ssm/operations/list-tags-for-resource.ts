import type { SsmOperation } from "../ports.ts";
import { checkIsParameter, requireResource, tagList } from "../tags.ts";

export const listTagsForResource: SsmOperation<"ListTagsForResource"> = async (ctx, input) => {
  checkIsParameter("ListTagsForResource", input.ResourceType);
  const { tags } = await ctx.store.read((tx) => requireResource(tx, ctx, input.ResourceId));
  return { TagList: tagList(tags) };
};
