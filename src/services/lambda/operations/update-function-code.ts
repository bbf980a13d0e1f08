import { notSupported } from "../../../wire/aws-error.ts";
import { configuration } from "../configuration.ts";
import { checkRevision, existingFunction, type LambdaFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { functionKey, functions } from "../keys.ts";
import { architectureOf, withPackage } from "../package.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html */
export const updateFunctionCode: LambdaOperation<"UpdateFunctionCode"> = async (ctx, input) => {
  if (input.Publish === true || input.PublishTo !== undefined) {
    throw notSupported("UpdateFunctionCode", "Publish");
  }
  const reference = functionReference(ctx, input.FunctionName, undefined);
  await ctx.store.read((tx) => {
    checkRevision(existingFunction(tx, reference).revisionId, input.RevisionId);
  });
  const fn = await withPackage(ctx, "UpdateFunctionCode", input, (tx, stored): LambdaFunction => {
    const current = existingFunction(tx, reference);
    checkRevision(current.revisionId, input.RevisionId);
    const architecture = architectureOf(input.Architectures) ?? current.code.architecture;
    const code = { ...stored, architecture };
    const updated = { ...current, code, modifiedMs: tx.nowMs, revisionId: tx.random.uuid() };
    if (input.DryRun === true) {
      ctx.blobs.release(tx, stored.blobId);
    } else {
      ctx.blobs.retain(tx, stored.blobId);
      ctx.blobs.release(tx, current.code.blobId);
      functions.put(tx, functionKey(current), updated);
    }
    return updated;
  });
  return configuration(fn, undefined);
};
