import type { ApiOperation } from "../ports.ts";
import { changeTags } from "../tagged.ts";

export const untagResource: ApiOperation<"UntagResource"> = async (ctx, input) => {
  const { resourceArn, tagKeys } = input;
  await ctx.store.write((tx) => {
    changeTags(tx, ctx, resourceArn, (before) =>
      Object.fromEntries(Object.entries(before).filter(([key]) => !tagKeys.includes(key))),
    );
  });
};
