import { notSupported } from "../../../wire/aws-error.ts";
import { pageOf } from "../../pages.ts";
import { listedConfiguration } from "../configuration.ts";
import { LATEST } from "../function-name.ts";
import { functions } from "../keys.ts";
import { FUNCTIONS_PER_PAGE_MAX } from "../limits.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
export const listFunctions: LambdaOperation<"ListFunctions"> = async (ctx, input) => {
  if (input.MasterRegion !== undefined && input.MasterRegion !== "ALL") {
    throw notSupported("ListFunctions", "MasterRegion");
  }
  const source = { records: functions, prefix: [ctx.region, ctx.accountId] };
  const limit = Math.min(input.MaxItems ?? FUNCTIONS_PER_PAGE_MAX, FUNCTIONS_PER_PAGE_MAX);
  const page = await ctx.store.read((tx) => pageOf(tx, source, { token: input.Marker, limit }));
  const qualifier = input.FunctionVersion === "ALL" ? LATEST : undefined;
  return {
    Functions: page.items.map(({ record }) => listedConfiguration(record, qualifier)),
    ...(page.token !== undefined && { NextMarker: page.token }),
  };
};
