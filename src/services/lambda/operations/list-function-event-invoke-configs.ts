import { shownConfig } from "../event-invoke-config.ts";
import { existingFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { eventInvokeConfigs, functionKey } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";

/** At most one: only `$LATEST` exists. */
export const listFunctionEventInvokeConfigs: LambdaOperation<
  "ListFunctionEventInvokeConfigs"
> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const config = await ctx.store.read((tx) =>
    eventInvokeConfigs.get(tx, functionKey(existingFunction(tx, reference))),
  );
  return {
    FunctionEventInvokeConfigs: config === undefined ? [] : [shownConfig(reference, config)],
  };
};
