import type { WriteTx } from "../../../store/store.ts";
import { aliasesOf } from "../alias.ts";
import { invalidParameterValue, versionHasAliases } from "../errors.ts";
import { existingFunction, type LambdaFunction } from "../function.ts";
import {
  type FunctionReference,
  functionReference,
  isVersionNumber,
  LATEST,
} from "../function-name.ts";
import { removeUrlsOf } from "../function-url.ts";
import {
  aliases,
  eventInvokeConfigs,
  functionKey,
  functions,
  policies,
  provisioned,
  qualifiedKey,
  versions,
} from "../keys.ts";
import { MAPPINGS_TOPIC } from "../mapping.ts";
import { dropPackages, packagesOf } from "../package-use.ts";
import type { LambdaContext, LambdaOperation } from "../ports.ts";
import { PROVISIONED_TOPIC, refreshProvisioned } from "../provisioned-concurrency.ts";
import { changeShare } from "../reserved-concurrency.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html */
export const deleteFunction: LambdaOperation<"DeleteFunction"> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  const { qualifier } = reference;
  if (qualifier === LATEST) {
    throw invalidParameterValue("$LATEST version cannot be deleted without deleting the function.");
  }
  if (qualifier !== undefined && !isVersionNumber(qualifier)) {
    throw invalidParameterValue(
      "Deletion of aliases is not currently supported. Use DeleteAlias to delete an alias.",
    );
  }
  const deleted = await ctx.store.write((tx): readonly LambdaFunction[] => {
    const fn = existingFunction(tx, reference);
    tx.signal(PROVISIONED_TOPIC);
    return qualifier === undefined
      ? removeAll(ctx, tx, fn)
      : [removeVersion(ctx, tx, { ...reference, qualifier })];
  });
  for (const fn of deleted) {
    ctx.invoker.retire(fn);
  }
  return { StatusCode: 204 };
};

function removeAll(
  ctx: LambdaContext,
  tx: WriteTx,
  latest: LambdaFunction,
): readonly LambdaFunction[] {
  const prefix = functionKey(latest);
  const published = [...versions.list(tx, { prefix })].map(({ record }) => record);
  for (const fn of [latest, ...published]) {
    dropPackages(ctx.blobs, tx, packagesOf(fn));
  }
  removeUrlsOf(tx, { ...latest, qualifier: undefined });
  for (const records of [versions, aliases, policies, eventInvokeConfigs, provisioned]) {
    records.clear(tx, { prefix });
  }
  functions.delete(tx, prefix);
  changeShare(tx, latest, {});
  tx.signal(MAPPINGS_TOPIC);
  return [...published, latest];
}

function removeVersion(
  ctx: LambdaContext,
  tx: WriteTx,
  reference: FunctionReference & { readonly qualifier: string },
): LambdaFunction {
  const { qualifier } = reference;
  const fn = existingFunction(tx, reference);
  const named = aliasesOf(tx, reference)
    .filter(({ version, weights }) => version === qualifier || weights[qualifier] !== undefined)
    .map(({ alias }) => alias);
  if (named.length > 0) {
    throw versionHasAliases(named);
  }
  dropPackages(ctx.blobs, tx, packagesOf(fn));
  versions.delete(tx, [...functionKey(reference), Number(qualifier)]);
  for (const records of [policies, eventInvokeConfigs, provisioned]) {
    records.delete(tx, qualifiedKey(reference));
  }
  refreshProvisioned(tx, reference);
  return fn;
}
