import { pageOf } from "../../pages.ts";
import { shownCodeSigning } from "../code-signing.ts";
import { codeSigningConfigs } from "../keys.ts";
import { FUNCTIONS_PER_PAGE_MAX } from "../limits.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListCodeSigningConfigs.html */
export const listCodeSigningConfigs: LambdaOperation<"ListCodeSigningConfigs"> = async (
  ctx,
  input,
) => {
  const source = { records: codeSigningConfigs, prefix: [ctx.region, ctx.accountId] };
  const limit = Math.min(input.MaxItems ?? FUNCTIONS_PER_PAGE_MAX, FUNCTIONS_PER_PAGE_MAX);
  const page = await ctx.store.read((tx) => pageOf(tx, source, { token: input.Marker, limit }));
  return {
    CodeSigningConfigs: page.items.map(({ record }) => shownCodeSigning(record)),
    ...(page.token !== undefined && { NextMarker: page.token }),
  };
};
