import type { EventsOperation } from "../ports.ts";
import { tagsOf } from "../tagged.ts";
import { tagList } from "../tags.ts";

export const listTagsForResource: EventsOperation<"ListTagsForResource"> = async (ctx, input) => {
  const tags = await ctx.store.read((tx) => tagsOf(tx, input.ResourceARN));
  return { Tags: tagList(tags) };
};
