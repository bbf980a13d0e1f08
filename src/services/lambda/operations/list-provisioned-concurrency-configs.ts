import { pageOf } from "../../pages.ts";
import { latestFunction } from "../function.ts";
import { functionReference, qualifiedArn } from "../function-name.ts";
import { functionKey, provisioned } from "../keys.ts";
import { FUNCTIONS_PER_PAGE_MAX } from "../limits.ts";
import type { LambdaOperation } from "../ports.ts";
import { shownProvisioned } from "../provisioned-concurrency.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListProvisionedConcurrencyConfigs.html */
export const listProvisionedConcurrencyConfigs: LambdaOperation<
  "ListProvisionedConcurrencyConfigs"
> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const limit = Math.min(input.MaxItems ?? FUNCTIONS_PER_PAGE_MAX, FUNCTIONS_PER_PAGE_MAX);
  const source = { records: provisioned, prefix: functionKey(reference) };
  const page = await ctx.store.read((tx) => {
    latestFunction(tx, reference);
    return pageOf(tx, source, { token: input.Marker, limit });
  });
  return {
    ProvisionedConcurrencyConfigs: page.items.map(({ record }) => ({
      FunctionArn: qualifiedArn(reference, record.qualifier),
      ...shownProvisioned(record),
    })),
    ...(page.token !== undefined && { NextMarker: page.token }),
  };
};
