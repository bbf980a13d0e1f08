import type { Tags } from "../parameter.ts";
import type { SsmOperation } from "../ports.ts";
import { changeTags, checkIsParameter, withoutTags } from "../tags.ts";

export const removeTagsFromResource: SsmOperation<"RemoveTagsFromResource"> = async (
  ctx,
  input,
) => {
  checkIsParameter("RemoveTagsFromResource", input.ResourceType);
  const change = (tags: Tags): Tags => withoutTags(tags, input.TagKeys);
  await ctx.store.write((tx) => changeTags(tx, ctx, { name: input.ResourceId, change }));
  return {};
};
