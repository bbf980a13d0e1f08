import type { ApiOperation } from "../ports.ts";
import { tagsOf } from "../tagged.ts";

export const getTags: ApiOperation<"GetTags"> = async (ctx, { ResourceArn }) => {
  const Tags = await ctx.store.read((tx) => tagsOf(tx, ctx, ResourceArn));
  return { Tags };
};
