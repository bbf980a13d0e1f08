import { existingFunction } from "../function.ts";
import { functionReference } from "../function-name.ts";
import {
  checkUrlCors,
  existingUrl,
  type FunctionUrl,
  givenCors,
  shownUrl,
  urlKey,
} from "../function-url.ts";
import { urls } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionUrlConfig.html */
export const updateFunctionUrlConfig: LambdaOperation<"UpdateFunctionUrlConfig"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  const { AuthType, InvokeMode, Cors } = input;
  checkUrlCors(Cors);
  const url = await ctx.store.write((tx): FunctionUrl => {
    existingFunction(tx, reference);
    const current = existingUrl(tx, reference);
    const updated: FunctionUrl = {
      ...current,
      ...(AuthType !== undefined && { auth: AuthType === "AWS_IAM" ? "AWS_IAM" : "NONE" }),
      ...(InvokeMode !== undefined && {
        mode: InvokeMode === "RESPONSE_STREAM" ? "RESPONSE_STREAM" : "BUFFERED",
      }),
      cors: Cors === undefined ? current.cors : givenCors(Cors),
      modifiedMs: tx.nowMs,
    };
    urls.put(tx, urlKey(reference), updated);
    return updated;
  });
  return shownUrl(ctx.endpoint, url);
};
