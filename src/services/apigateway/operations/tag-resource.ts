import type { ApiOperation } from "../ports.ts";
import { changeTags } from "../tagged.ts";

export const tagResource: ApiOperation<"TagResource"> = async (ctx, { resourceArn, tags }) => {
  await ctx.store.write((tx) => {
    changeTags(tx, ctx, resourceArn, (before) => ({ ...before, ...tags }));
  });
};
