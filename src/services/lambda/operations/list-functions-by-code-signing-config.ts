import { filteredPage } from "../../pages.ts";
import { existingCodeSigning } from "../code-signing.ts";
import type { LambdaFunction } from "../function.ts";
import { functionArn } from "../function-name.ts";
import { functions } from "../keys.ts";
import { FUNCTIONS_PER_PAGE_MAX } from "../limits.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionsByCodeSigningConfig.html */
export const listFunctionsByCodeSigningConfig: LambdaOperation<
  "ListFunctionsByCodeSigningConfig"
> = async (ctx, input) => {
  const { CodeSigningConfigArn: arn } = input;
  const limit = Math.min(input.MaxItems ?? FUNCTIONS_PER_PAGE_MAX, FUNCTIONS_PER_PAGE_MAX);
  const source = {
    records: functions,
    prefix: [ctx.region, ctx.accountId],
    isWanted: (fn: LambdaFunction) => fn.codeSigningConfigArn === arn,
  };
  const page = await ctx.store.read((tx) => {
    existingCodeSigning(tx, ctx, arn);
    return filteredPage(tx, source, { token: input.Marker, limit });
  });
  return {
    FunctionArns: page.items.map(({ record }) => functionArn(record)),
    ...(page.token !== undefined && { NextMarker: page.token }),
  };
};
