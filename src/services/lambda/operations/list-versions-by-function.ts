import type { ReadTx } from "../../../store/store.ts";
import { listedConfiguration } from "../configuration.ts";
import { type LambdaFunction, latestFunction, versionOf } from "../function.ts";
import { type FunctionId, functionReference, LATEST } from "../function-name.ts";
import { functionKey, versions } from "../keys.ts";
import { FUNCTIONS_PER_PAGE_MAX } from "../limits.ts";
import type { LambdaOperation } from "../ports.ts";

/**
 * `$LATEST`, then the published versions in the order of their numbers. The marker is the version
 * a page ends with.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListVersionsByFunction.html
 */
export const listVersionsByFunction: LambdaOperation<"ListVersionsByFunction"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const limit = Math.min(input.MaxItems ?? FUNCTIONS_PER_PAGE_MAX, FUNCTIONS_PER_PAGE_MAX);
  const found = await ctx.store.read((tx) => [
    ...versionsBehind(tx, reference, { marker: input.Marker, limit: limit + 1 }),
  ]);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    Versions: page.map((fn) => listedConfiguration(fn, versionOf(fn))),
    ...(found.length > limit && last !== undefined && { NextMarker: versionOf(last) }),
  };
};

function versionsBehind(
  tx: ReadTx,
  id: FunctionId,
  { marker, limit }: { readonly marker: string | undefined; readonly limit: number },
): readonly LambdaFunction[] {
  const latest = latestFunction(tx, id);
  const prefix = functionKey(id);
  const after = marker === undefined || marker === LATEST ? undefined : Number(marker);
  const published = versions.list(tx, {
    prefix,
    limit,
    ...(after !== undefined && Number.isInteger(after) && { after: [...prefix, after] }),
  });
  const found = [...published].map(({ record }) => record);
  return marker === undefined ? [latest, ...found].slice(0, limit) : found;
}
