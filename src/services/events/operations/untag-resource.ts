import type { EventsOperation } from "../ports.ts";
import { changeTags } from "../tagged.ts";
import { withoutTags } from "../tags.ts";

export const untagResource: EventsOperation<"UntagResource"> = async (ctx, input) => {
  await ctx.store.write((tx) =>
    changeTags(tx, input.ResourceARN, (tags) => withoutTags(tags, input.TagKeys)),
  );
  return {};
};
