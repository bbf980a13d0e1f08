import { notSupported } from "../../../wire/aws-error.ts";
import { configuration } from "../configuration.ts";
import { invalidParameterValue } from "../errors.ts";
import { checkRevision, type LambdaFunction, latestFunction } from "../function.ts";
import { withCode } from "../function-code.ts";
import { functionReference } from "../function-name.ts";
import { functionKey, functions } from "../keys.ts";
import { checkUnzippedSize } from "../layer.ts";
import { architectureOf } from "../package.ts";
import { dropPackages, holdPackages } from "../package-use.ts";
import type { LambdaOperation } from "../ports.ts";
import { publish } from "../publish-version.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html */
export const updateFunctionCode: LambdaOperation<"UpdateFunctionCode"> = async (ctx, input) => {
  if (input.PublishTo !== undefined) {
    throw notSupported("UpdateFunctionCode", "PublishTo");
  }
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const before = await ctx.store.read((tx) => {
    const current = latestFunction(tx, reference);
    checkRevision(current.revisionId, input.RevisionId);
    return current;
  });
  const isImage = before.packageType === "Image";
  checkImageUri(input.ImageUri, { isImage });
  const wanted = {
    operation: "UpdateFunctionCode",
    source: input,
    architecture: architectureOf(input.Architectures) ?? before.code.architecture,
    isImage,
  };
  const fn = await withCode(ctx, wanted, (tx, { code, forget }): LambdaFunction => {
    const current = latestFunction(tx, reference);
    checkRevision(current.revisionId, input.RevisionId);
    const updated = { ...current, code, modifiedMs: tx.nowMs, revisionId: tx.random.uuid() };
    checkUnzippedSize(code, current.layers ?? []);
    if (input.DryRun === true) {
      forget();
      return updated;
    }
    holdPackages(ctx.blobs, tx, [code]);
    dropPackages(ctx.blobs, tx, [current.code]);
    functions.put(tx, functionKey(current), updated);
    return input.Publish === true ? publish(ctx.blobs, tx, updated, undefined) : updated;
  });
  return configuration(fn, fn.version);
};

/** The type of a function's package stays what it was when the function was created. */
function checkImageUri(
  imageUri: string | undefined,
  { isImage }: { readonly isImage: boolean },
): void {
  if (isImage && imageUri === undefined) {
    throw invalidParameterValue(
      "Please provide ImageUri when updating a function with packageType Image.",
    );
  }
  if (!isImage && imageUri !== undefined) {
    throw invalidParameterValue(
      "Please don't provide ImageUri when updating a function with packageType Zip.",
    );
  }
}
