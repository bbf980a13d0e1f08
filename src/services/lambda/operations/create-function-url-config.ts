import { urlExists } from "../errors.ts";
import { existingFunction } from "../function.ts";
import { functionReference, qualifiedArn } from "../function-name.ts";
import {
  checkUrlCors,
  checkUrlQualifier,
  type FunctionUrl,
  givenCors,
  newUrlId,
  shownUrl,
  urlKey,
} from "../function-url.ts";
import { urlIds, urls } from "../keys.ts";
import type { LambdaOperation } from "../ports.ts";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html */
export const createFunctionUrlConfig: LambdaOperation<"CreateFunctionUrlConfig"> = async (
  ctx,
  input,
) => {
  const reference = functionReference(ctx, input.FunctionName, input.Qualifier);
  checkUrlQualifier(reference);
  checkUrlCors(input.Cors);
  const url = await ctx.store.write((tx): FunctionUrl => {
    existingFunction(tx, reference);
    if (urls.get(tx, urlKey(reference)) !== undefined) {
      throw urlExists(qualifiedArn(reference, reference.qualifier));
    }
    const created: FunctionUrl = {
      id: newUrlId(tx),
      function: reference,
      auth: input.AuthType === "AWS_IAM" ? "AWS_IAM" : "NONE",
      mode: input.InvokeMode === "RESPONSE_STREAM" ? "RESPONSE_STREAM" : "BUFFERED",
      cors: givenCors(input.Cors),
      createdMs: tx.nowMs,
      modifiedMs: tx.nowMs,
    };
    urls.put(tx, urlKey(reference), created);
    urlIds.put(tx, [created.id], reference);
    return created;
  });
  const { LastModifiedTime: _, ...shown } = shownUrl(ctx.endpoint, url);
  return shown;
};
