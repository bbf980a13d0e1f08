import type { EventsOperation } from "../ports.ts";
import { changeTags } from "../tagged.ts";
import { withTags } from "../tags.ts";

export const tagResource: EventsOperation<"TagResource"> = async (ctx, input) => {
  await ctx.store.write((tx) =>
    changeTags(tx, input.ResourceARN, (tags) => withTags(tags, input.Tags)),
  );
  return {};
};
