import { pipeKey, pipes } from "../keys.ts";
import { changeablePipe, pipeOfArn } from "../pipe.ts";
import type { PipesOperation } from "../ports.ts";

export const tagResource: PipesOperation<"TagResource"> = async (ctx, input) => {
  const { owner, name } = pipeOfArn(input.resourceArn);
  await ctx.store.write((tx) => {
    const pipe = changeablePipe(tx, owner, name);
    pipes.put(tx, pipeKey(owner, name), { ...pipe, tags: { ...pipe.tags, ...input.tags } });
  });
  return {};
};
