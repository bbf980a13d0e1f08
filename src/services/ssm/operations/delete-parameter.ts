import { parameterNotFound } from "../errors.ts";
import { readSelected } from "../name.ts";
import type { SsmOperation } from "../ports.ts";
import { removeParameter } from "../removal.ts";

export const deleteParameter: SsmOperation<"DeleteParameter"> = async (ctx, input) => {
  const { name } = readSelected(ctx, input.Name);
  await ctx.store.write((tx) => {
    if (!removeParameter(tx, ctx, name)) {
      throw parameterNotFound();
    }
  });
  return {};
};
