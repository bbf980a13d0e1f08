import type { SchemasOperation } from "../ports.ts";
import { changeTags } from "../tagged.ts";

export const untagResource: SchemasOperation<"UntagResource"> = async (ctx, input) => {
  const gone = new Set(input.TagKeys);
  await ctx.store.write((tx) =>
    changeTags(tx, input.ResourceArn, (tags) =>
      Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key))),
    ),
  );
};
