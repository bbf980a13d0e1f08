import { pageOf } from "../../pages.ts";
import { latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { shownUrl } from "../function-url.ts";
import { functionKey, urls } from "../keys.ts";
import { FUNCTIONS_PER_PAGE_MAX } from "../limits.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionUrlConfigs.html */
export const listFunctionUrlConfigs: LambdaOperation<"ListFunctionUrlConfigs"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const limit = Math.min(input.MaxItems ?? FUNCTIONS_PER_PAGE_MAX, FUNCTIONS_PER_PAGE_MAX);
  const source = { records: urls, prefix: functionKey(reference) };
  const page = await ctx.store.read((tx) => {
    latestFunction(tx, reference);
    return pageOf(tx, source, { token: input.Marker, limit });
  });
  return {
    FunctionUrlConfigs: page.items.map(({ record }) => shownUrl(ctx.endpoint, record)),
    ...(page.token !== undefined && { NextMarker: page.token }),
  };
};
