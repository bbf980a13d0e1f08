import { describedPipe, existingPipe } from "../pipe.ts";
import type { PipesOperation } from "../ports.ts";

export const describePipe: PipesOperation<"DescribePipe"> = async (ctx, input) =>
  describedPipe(ctx, await ctx.store.read((tx) => existingPipe(tx, ctx, input.Name)));
