import { pageOf } from "../../pages.ts";
import { shownConfig } from "../event-invoke-config.ts";
import { latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { eventInvokeConfigs, functionKey } from "../keys.ts";
import { FUNCTIONS_PER_PAGE_MAX } from "../limits.ts";
import type { LambdaOperation } from "../ports.ts";

/**
 * That of `$LATEST`, whose record has no qualifier in its key, stands on the first page.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionEventInvokeConfigs.html
 */
export const listFunctionEventInvokeConfigs: LambdaOperation<
  "ListFunctionEventInvokeConfigs"
> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const prefix = functionKey(reference);
  const source = { records: eventInvokeConfigs, prefix };
  const limit = Math.min(input.MaxItems ?? FUNCTIONS_PER_PAGE_MAX, FUNCTIONS_PER_PAGE_MAX);
  const { own, page } = await ctx.store.read((tx) => {
    latestFunction(tx, reference);
    const own = input.Marker === undefined ? eventInvokeConfigs.get(tx, prefix) : undefined;
    return { own, page: pageOf(tx, source, { token: input.Marker, limit }) };
  });
  return {
    FunctionEventInvokeConfigs: [
      ...(own === undefined ? [] : [shownConfig({ ...reference, qualifier: undefined }, own)]),
      ...page.items.map(({ name, record }) =>
        shownConfig({ ...reference, qualifier: name }, record),
      ),
    ],
    ...(page.token !== undefined && { NextMarker: page.token }),
  };
};
