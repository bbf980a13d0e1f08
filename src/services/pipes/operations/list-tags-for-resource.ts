import { existingPipe, pipeOfArn } from "../pipe.ts";
import type { PipesOperation } from "../ports.ts";

export const listTagsForResource: PipesOperation<"ListTagsForResource"> = async (ctx, input) => {
  const { owner, name } = pipeOfArn(input.resourceArn);
  return { tags: (await ctx.store.read((tx) => existingPipe(tx, owner, name))).tags };
};
