import { notSupported } from "../../../wire/aws-error.ts";
import { configuration } from "../configuration.ts";
import { checkRevision, type LambdaFunction, latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { functionKey, functions } from "../keys.ts";
import { checkUnzippedSize } from "../layer.ts";
import { architectureOf, withPackage } from "../package.ts";
import { dropPackages, holdPackages } from "../package-use.ts";
import type { LambdaOperation } from "../ports.ts";
import { publish } from "../publish-version.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html */
export const updateFunctionCode: LambdaOperation<"UpdateFunctionCode"> = async (ctx, input) => {
  if (input.PublishTo !== undefined) {
    throw notSupported("UpdateFunctionCode", "PublishTo");
  }
  const reference = functionReference(ctx, input.FunctionName, undefined);
  await ctx.store.read((tx) => {
    checkRevision(latestFunction(tx, reference).revisionId, input.RevisionId);
  });
  const fn = await withPackage(ctx, "UpdateFunctionCode", input, (tx, stored): LambdaFunction => {
    const current = latestFunction(tx, reference);
    checkRevision(current.revisionId, input.RevisionId);
    const architecture = architectureOf(input.Architectures) ?? current.code.architecture;
    const code = { ...stored, architecture };
    const updated = { ...current, code, modifiedMs: tx.nowMs, revisionId: tx.random.uuid() };
    checkUnzippedSize(code, current.layers ?? []);
    if (input.DryRun === true) {
      ctx.blobs.release(tx, stored.blobId);
      return updated;
    }
    holdPackages(ctx.blobs, tx, [code]);
    dropPackages(ctx.blobs, tx, [current.code]);
    functions.put(tx, functionKey(current), updated);
    return input.Publish === true ? publish(ctx.blobs, tx, updated, undefined) : updated;
  });
  return configuration(fn, fn.version);
};
