import type { ApiOperation } from "../ports.ts";
import { changeTags } from "../tagged.ts";

export const untagResource: ApiOperation<"UntagResource"> = async (ctx, input) => {
  const gone = new Set(input.TagKeys);
  await ctx.store.write((tx) =>
    changeTags(tx, ctx, input.ResourceArn, (before) =>
      Object.fromEntries(Object.entries(before).filter(([key]) => !gone.has(key))),
    ),
  );
};
