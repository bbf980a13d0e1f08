import type { ApiOperation } from "../ports.ts";
import { changeTags } from "../tagged.ts";

export const tagResource: ApiOperation<"TagResource"> = async (ctx, { ResourceArn, Tags = {} }) => {
  await ctx.store.write((tx) =>
    changeTags(tx, ctx, ResourceArn, (before) => ({ ...before, ...Tags })),
  );
  return {};
};
