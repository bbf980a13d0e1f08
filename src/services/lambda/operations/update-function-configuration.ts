import { configuration } from "../configuration.ts";
import { checkRevision, type LambdaFunction, latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { functionKey, functions } from "../keys.ts";
import { checkUnzippedSize, layersOf } from "../layer.ts";
import { dropPackages, holdPackages } from "../package-use.ts";
import type { LambdaOperation } from "../ports.ts";
import { changedSettings } from "../settings.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html */
export const updateFunctionConfiguration: LambdaOperation<"UpdateFunctionConfiguration"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const fn = await ctx.store.write((tx): LambdaFunction => {
    const current = latestFunction(tx, reference);
    checkRevision(current.revisionId, input.RevisionId);
    const layers = input.Layers === undefined ? current.layers : layersOf(tx, ctx, input.Layers);
    const updated = {
      ...current,
      ...changedSettings(current, input),
      layers,
      modifiedMs: tx.nowMs,
      revisionId: tx.random.uuid(),
    };
    if (input.Layers !== undefined) {
      checkUnzippedSize(current.code, layers ?? []);
      holdPackages(ctx.blobs, tx, layers ?? []);
      dropPackages(ctx.blobs, tx, current.layers ?? []);
    }
    functions.put(tx, functionKey(current), updated);
    return updated;
  });
  return configuration(fn, undefined);
};
