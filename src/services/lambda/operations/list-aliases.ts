import { filteredPage } from "../../pages.ts";
import { type Alias, shownAlias } from "../alias.ts";
import { latestFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import { aliases, functionKey } from "../keys.ts";
import { FUNCTIONS_PER_PAGE_MAX } from "../limits.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListAliases.html */
export const listAliases: LambdaOperation<"ListAliases"> = async (ctx, input) => {
  const reference = functionReference(ctx, input.FunctionName, undefined);
  const { FunctionVersion: version } = input;
  const limit = Math.min(input.MaxItems ?? FUNCTIONS_PER_PAGE_MAX, FUNCTIONS_PER_PAGE_MAX);
  const source = {
    records: aliases,
    prefix: functionKey(reference),
    isWanted: (alias: Alias) =>
      version === undefined || alias.version === version || alias.weights[version] !== undefined,
  };
  const page = await ctx.store.read((tx) => {
    latestFunction(tx, reference);
    return filteredPage(tx, source, { token: input.Marker, limit });
  });
  return {
    Aliases: page.items.map(({ record }) => shownAlias(record)),
    ...(page.token !== undefined && { NextMarker: page.token }),
  };
};
