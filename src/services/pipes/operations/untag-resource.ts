import { pipeKey, pipes } from "../keys.ts";
import { changeablePipe, pipeOfArn } from "../pipe.ts";
import type { PipesOperation } from "../ports.ts";

export const untagResource: PipesOperation<"UntagResource"> = async (ctx, input) => {
  const { owner, name } = pipeOfArn(input.resourceArn);
  await ctx.store.write((tx) => {
    const pipe = changeablePipe(tx, owner, name);
    const kept = Object.entries(pipe.tags).filter(([key]) => !input.tagKeys.includes(key));
    pipes.put(tx, pipeKey(owner, name), { ...pipe, tags: Object.fromEntries(kept) });
  });
  return {};
};
