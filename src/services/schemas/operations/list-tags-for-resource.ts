import type { SchemasOperation } from "../ports.ts";
import { tagsOf } from "../tagged.ts";

export const listTagsForResource: SchemasOperation<"ListTagsForResource"> = async (ctx, input) => ({
  Tags: await ctx.store.read((tx) => tagsOf(tx, input.ResourceArn)),
});
