import { notSupported } from "../../../wire/aws-error.ts";
import { pageOf } from "../../pages.ts";
import { listedConfiguration } from "../configuration.ts";
import type { LambdaFunction } from "../function.ts";
import { LATEST } from "../function-name.ts";
import { functionKey, functions, versions } from "../keys.ts";
import { FUNCTIONS_PER_PAGE_MAX } from "../limits.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
export const listFunctions: LambdaOperation<"ListFunctions"> = async (ctx, input) => {
  if (input.MasterRegion !== undefined && input.MasterRegion !== "ALL") {
    throw notSupported("ListFunctions", "MasterRegion");
  }
  const source = { records: functions, prefix: [ctx.region, ctx.accountId] };
  const limit = Math.min(input.MaxItems ?? FUNCTIONS_PER_PAGE_MAX, FUNCTIONS_PER_PAGE_MAX);
  const withVersions = input.FunctionVersion === "ALL";
  const page = await ctx.store.read((tx) => {
    const { items, token } = pageOf(tx, source, { token: input.Marker, limit });
    const publishedOf = (fn: LambdaFunction): readonly LambdaFunction[] =>
      withVersions
        ? [...versions.list(tx, { prefix: functionKey(fn) })].map(({ record }) => record)
        : [];
    return {
      token,
      items: items.map(({ record }) => ({ record, published: publishedOf(record) })),
    };
  });
  return {
    Functions: page.items.flatMap(({ record, published }) => [
      listedConfiguration(record, withVersions ? LATEST : undefined),
      ...published.map((version) => listedConfiguration(version, version.version)),
    ]),
    ...(page.token !== undefined && { NextMarker: page.token }),
  };
};
