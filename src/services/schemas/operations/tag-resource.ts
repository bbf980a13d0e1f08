import type { SchemasOperation } from "../ports.ts";
import { changeTags } from "../tagged.ts";

export const tagResource: SchemasOperation<"TagResource"> = async (ctx, input) => {
  await ctx.store.write((tx) =>
    changeTags(tx, input.ResourceArn, (tags) => ({ ...tags, ...input.Tags })),
  );
};
