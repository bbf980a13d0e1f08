import { configuration } from "../configuration.ts";
import { existingFunction } from "../function.ts";
import { functionReference, LATEST } from "../function-name.ts";
import type { LambdaOperation } from "../ports.ts";

/** Just `$LATEST`: no version is ever published. */
export const listVersionsByFunction: LambdaOperation<"ListVersionsByFunction"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const fn = await ctx.store.read((tx) => existingFunction(tx, reference));
  return { Versions: [configuration(fn, LATEST)] };
};
