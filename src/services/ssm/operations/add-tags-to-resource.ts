import type { Tags } from "../parameter.ts";
import type { SsmOperation } from "../ports.ts";
import { changeTags, checkIsParameter, withTags } from "../tags.ts";

export const addTagsToResource: SsmOperation<"AddTagsToResource"> = async (ctx, input) => {
  checkIsParameter("AddTagsToResource", input.ResourceType);
  const change = (tags: Tags): Tags => withTags(tags, input.Tags);
  await ctx.store.write((tx) => changeTags(tx, ctx, { name: input.ResourceId, change }));
  return {};
};
