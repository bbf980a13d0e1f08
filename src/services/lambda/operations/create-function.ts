import { existingCodeSigning } from "../code-signing.ts";
import { configuration } from "../configuration.ts";
import { functionAlreadyExists } from "../errors.ts";
import { findFunction, type LambdaFunction } from "../function.ts";
import { withCode } from "../function-code.ts";
import { newFunctionId } from "../function-name.ts";
import { functionKey, functions } from "../keys.ts";
import { checkUnzippedSize, layersOf } from "../layer.ts";
import { architectureOf } from "../package.ts";
import { holdPackages, packagesOf } from "../package-use.ts";
import type { LambdaOperation } from "../ports.ts";
import { publish } from "../publish-version.ts";
import { newSettings } from "../settings.ts";
import { checkTags } from "../tags.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
export const createFunction: LambdaOperation<"CreateFunction"> = async (ctx, input) => {
  const id = newFunctionId(ctx, input.FunctionName);
  const settings = newSettings(id.name, input);
  const architecture = architectureOf(input.Architectures) ?? "x86_64";
  const tags = input.Tags ?? {};
  checkTags(tags);
  await ctx.store.read((tx) => refuseExisting(findFunction(tx, id)));
  const isImage = settings.packageType === "Image";
  const wanted = { operation: "CreateFunction", source: input.Code, architecture, isImage };
  const fn = await withCode(ctx, wanted, (tx, { code }): LambdaFunction => {
    refuseExisting(findFunction(tx, id));
    const { CodeSigningConfigArn, Layers = [] } = input;
    if (CodeSigningConfigArn !== undefined) {
      existingCodeSigning(tx, ctx, CodeSigningConfigArn);
    }
    const created: LambdaFunction = {
      ...id,
      ...settings,
      layers: layersOf(tx, ctx, Layers),
      code,
      modifiedMs: tx.nowMs,
      revisionId: tx.random.uuid(),
      tags,
      codeSigningConfigArn: CodeSigningConfigArn,
    };
    checkUnzippedSize(created.code, created.layers ?? []);
    holdPackages(ctx.blobs, tx, packagesOf(created));
    functions.put(tx, functionKey(id), created);
    return input.Publish === true ? publish(ctx.blobs, tx, created, undefined) : created;
  });
  if (!isImage) {
    ctx.functions.prepare(fn.runtime);
  }
  return configuration(fn, fn.version);
};

function refuseExisting(fn: LambdaFunction | undefined): void {
  if (fn !== undefined) {
    throw functionAlreadyExists(fn.name);
  }
}
