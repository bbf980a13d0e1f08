import { configuration } from "../configuration.ts";
import { checkRevision, existingFunction, type LambdaFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { functionKey, functions } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";
import { changedSettings } from "../settings.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html */
export const updateFunctionConfiguration: LambdaOperation<"UpdateFunctionConfiguration"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const fn = await ctx.store.write((tx): LambdaFunction => {
    const current = existingFunction(tx, reference);
    checkRevision(current.revisionId, input.RevisionId);
    const updated = {
      ...current,
      ...changedSettings(current, input),
      modifiedMs: tx.nowMs,
      revisionId: tx.random.uuid(),
    };
    functions.put(tx, functionKey(current), updated);
    return updated;
  });
  return configuration(fn, undefined);
};
